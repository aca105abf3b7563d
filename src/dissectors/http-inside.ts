/** What the values of an HTTP head, and the beginning of a body, tell of the application inside: the tables of http-applications/, by first letter. */
import type { Cursor } from '../wire/cursor.ts'
import type { Context } from './dissector.ts'
import type { HttpApplication } from './http-application.ts'
import { httpApplications } from './http-applications/index.gen.ts'

interface Rule {
  readonly text: string
  readonly application: HttpApplication
}
type ByLetter = readonly (readonly Rule[])[]

const rulesOf = (textsOf: (a: HttpApplication) => readonly string[] | undefined): Rule[] =>
  httpApplications.flatMap((application) => (textsOf(application) ?? []).map((text) => ({ text, application })))
function byLetter(rules: readonly Rule[], letterOf = (text: string) => text.charCodeAt(0)): ByLetter {
  const letters: Rule[][] = Array.from({ length: 128 }, () => [])
  for (const rule of rules) letters[letterOf(rule.text)]!.push(rule)
  return letters
}

const contentTypes = byLetter(rulesOf((a) => a.contentTypes))
const userAgents = byLetter(rulesOf((a) => a.userAgents))
const servers = byLetter(rulesOf((a) => a.servers))
const headers = byLetter(rulesOf((a) => a.headers))
const pathBegins = rulesOf((a) => a.pathBegins)
const pathEnds = byLetter(
  rulesOf((a) => a.pathEnds),
  (text) => text.charCodeAt(text.length - 1),
)
const methods = new Map(httpApplications.flatMap((a) => (a.methods ?? []).map((method) => [method.toUpperCase(), a] as const)))
const withBody = httpApplications.filter((a) => a.body !== undefined)

export const insideByContent = (contentType: string, ctx: Context): void =>
  tellBeginning(contentTypes, contentType, 'the kind of content', ctx)
export const insideByUserAgent = (userAgent: string, ctx: Context): void => tellBeginning(userAgents, userAgent, 'the user agent', ctx)
export const insideByServer = (server: string, ctx: Context): void => tellBeginning(servers, server, 'the name of the server program', ctx)

export function insideByTarget(method: string, target: string, ctx: Context): void {
  const ofMethod = methods.get(method)
  if (ofMethod !== undefined) tell(ofMethod, 'the method', ctx)
  const query = target.indexOf('?')
  const pathLen = query < 0 ? target.length : query
  for (const { text, application } of pathBegins)
    if (pathLen >= text.length && isAt(text, target, 0) && hasQuery(application, target, query)) return tell(application, PATH, ctx)
  for (const { text, application } of pathEnds[lower(target.charCodeAt(pathLen - 1)) & 127]!)
    if (pathLen >= text.length && isAt(text, target, pathLen - text.length) && hasQuery(application, target, query))
      return tell(application, PATH, ctx)
}
const PATH = 'the path that is asked for'
const hasQuery = ({ queryHas }: HttpApplication, target: string, query: number) =>
  queryHas === undefined || (query >= 0 && target.includes(queryHas, query))

/** A header of which nothing is kept: the line [at, end) of `b`. */
export function insideByHeader(b: Uint8Array, at: number, end: number, ctx: Context): void {
  for (const { text, application } of headers[lower(b[at]!) & 127]!) if (isHeader(text, b, at, end)) tell(application, 'a header', ctx)
}

export function insideByBody(c: Cursor, ctx: Context): void {
  for (const application of withBody) if (application.body!(c)) return tell(application, 'the body', ctx)
}

/** Whether the line [at, end) begins with this name, in any case, and a colon. */
export function isHeader(name: string, b: Uint8Array, at: number, end: number): boolean {
  const n = name.length
  if (n >= end - at || b[at + n] !== 0x3a) return false
  for (let i = 0; i < n; i++) if (lower(b[at + i]!) !== name.charCodeAt(i)) return false
  return true
}

function tellBeginning(rules: ByLetter, value: string, why: string, ctx: Context): void {
  for (const { text, application } of rules[lower(value.charCodeAt(0)) & 127]!) if (isAt(text, value, 0)) return tell(application, why, ctx)
}
function isAt(text: string, value: string, at: number): boolean {
  if (value.length - at < text.length) return false
  for (let i = 0; i < text.length; i++) if (lower(value.charCodeAt(at + i)) !== text.charCodeAt(i)) return false
  return true
}
const lower = (code: number) => (code >= 0x41 && code <= 0x5a ? code | 0x20 : code)

function tell({ name, category }: HttpApplication, why: string, ctx: Context): void {
  if (name === undefined) ctx.category(category)
  else ctx.inside(name, why)
}
