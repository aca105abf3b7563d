import { MAX_EVENT_FIELDS, MAX_EVENT_TEXT, type NetworkEvent } from '../../lib/events.ts'
import type { ToldFlow } from './event-writer.ts'

/** What a line says: an event, and where it counts traffic a flow. */
export interface Read {
  readonly event: NetworkEvent
  readonly flow?: ToldFlow
}

/** Values of an object by the path of their names, as `alert.severity`. */
export type Scalars = Readonly<Record<string, string | number | boolean>>

const MAX_DEPTH = 8
const MAX_SCALARS = 512

/** All values of an object that are none themselves; what is deeper or more than anybody needs is left out. */
export function flattened(value: object): Scalars {
  const found: Record<string, string | number | boolean> = {}
  let count = 0
  const walk = (one: object, path: string, depth: number): void => {
    for (const [name, inner] of Object.entries(one)) {
      if (count >= MAX_SCALARS) return
      const key = path === '' ? name : `${path}.${name}`
      if (typeof inner === 'object' && inner !== null) {
        if (depth < MAX_DEPTH) walk(inner, key, depth + 1)
      } else if (typeof inner === 'string' || typeof inner === 'number' || typeof inner === 'boolean') {
        found[key] = inner
        count++
      }
    }
  }
  walk(value, '', 0)
  return found
}

export const textOf = (value: unknown): string | undefined => {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value !== '' ? value.slice(0, MAX_EVENT_TEXT) : undefined
}
/** Whole and not negative; also from text. */
export function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : undefined
}
export const portOf = (value: unknown): number | undefined => {
  const port = numberOf(value)
  return port !== undefined && Number.isInteger(port) && port <= 65_535 ? port : undefined
}

const PROTOS: Readonly<Record<string, number>> = {
  icmp: 1,
  igmp: 2,
  tcp: 6,
  udp: 17,
  gre: 47,
  esp: 50,
  ah: 51,
  'ipv6-icmp': 58,
  icmpv6: 58,
  sctp: 132,
}
/** By name or number. */
export function protoNumber(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const number = Number(text)
  return Number.isInteger(number) && number >= 0 && number <= 255 ? number : PROTOS[text.toLowerCase()]
}

/** Fields as they are kept of an event: bounded, cut. */
export function scalarsOf(entries: readonly (readonly [string, unknown])[]): Record<string, string | number> {
  const found: Record<string, string | number> = {}
  for (const [name, value] of entries.slice(0, MAX_EVENT_FIELDS))
    if (name !== '__proto__') found[name.slice(0, 64)] = typeof value === 'number' ? value : String(value).slice(0, MAX_EVENT_TEXT)
  return found
}
