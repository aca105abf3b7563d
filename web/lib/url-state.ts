/**
 * The view in the URL: clear-text keys, readable and editable by hand. `v` is the version of their meaning; a link of an older version
 * is brought up to date here, one of a newer version keeps what is known.
 */
export const VERSION = '1'

export const KEYS = [
  'v',
  'interface',
  'filter',
  'range',
  'from',
  'to',
  'by',
  'of',
  'shape',
  'top',
  'compare',
  'sort',
  'order',
  'columns',
  'density',
  'row',
  'tab',
  'view',
  'vlan',
] as const
export type Key = (typeof KEYS)[number]
export type View = { readonly [K in Key]?: string }

const MAX_VALUE = 8192

/** Reads a query string; what is not of the view is dropped. */
export function parseView(search: string): View {
  const params = new URLSearchParams(search)
  const view: { [K in Key]?: string } = {}
  for (const key of KEYS) {
    const value = params.get(key)
    if (value !== null && value !== '' && value.length <= MAX_VALUE) view[key] = value
  }
  return view
}

/** These may stand in a query as they are (RFC 3986 §3.4), and are read better so. */
const CLEAR: Readonly<Record<string, string>> = {
  '%3A': ':',
  '%2F': '/',
  '%2C': ',',
  '%3D': '=',
  '%40': '@',
  '%21': '!',
  '%24': '$',
  '%3B': ';',
  '%3F': '?',
  '%20': '+',
}
const encode = (text: string) =>
  encodeURIComponent(text.toWellFormed()).replace(/%(?:3A|2F|2C|3D|40|21|24|3B|3F|20)/g, (code) => CLEAR[code]!)

/** As a query string with its question mark, or nothing for the plain view. */
export function stringifyView(view: Readonly<Record<string, unknown>>): string {
  const parts: string[] = []
  for (const key of KEYS) {
    const value = view[key]
    if (key === 'v' || value === undefined || value === null || value === '') continue
    parts.push(`${key}=${encode(String(value))}`)
  }
  return parts.length === 0 ? '' : `?v=${VERSION}&${parts.join('&')}`
}

/** Keys that describe a list or a page; they do not follow to another page. */
export const pick = (view: View, ...keys: readonly Key[]): View =>
  Object.fromEntries(keys.filter((key) => view[key] !== undefined).map((key) => [key, view[key]]))

/** A time as the URL holds it: ISO 8601 with seconds, in UTC. */
export const timeToUrl = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')
export function timeFromUrl(text: string | undefined): number | undefined {
  const ms = text === undefined ? Number.NaN : Date.parse(text)
  return Number.isFinite(ms) ? ms : undefined
}
