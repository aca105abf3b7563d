import type { ProtocolInfo } from '../../../src/names/protocols.ts'

/** What the table shows of a protocol. */
export interface ProtocolRow {
  readonly protocol: ProtocolInfo
  /** What it is recognised by, in words. */
  readonly by: string
  readonly ports: string
  readonly flows: number
}
export const SORTS = ['name', 'category', 'by', 'ports', 'flows'] as const
export type Sort = (typeof SORTS)[number]

/** Live flows by protocol: those of TLS.Google are TLS's and Google's. */
export function flowsByProtocol(apps: readonly { readonly app: string; readonly activeFlows: number }[]): ReadonlyMap<string, number> {
  const flows = new Map<string, number>()
  for (const { app, activeFlows } of apps) for (const part of app.split('.')) flows.set(part, (flows.get(part) ?? 0) + activeFlows)
  return flows
}

export function portsOf({ tcpPorts, udpPorts, ipProtocols }: Pick<ProtocolInfo, 'tcpPorts' | 'udpPorts' | 'ipProtocols'>): string {
  const part = (word: string, numbers: readonly number[]) => (numbers.length === 0 ? [] : [`${word} ${numbers.join(', ')}`])
  return [...part('tcp', tcpPorts), ...part('udp', udpPorts), ...part('ip', ipProtocols)].join('; ')
}

/** Each word must stand somewhere; a number must be a port or part of the name. */
export function filtered(rows: readonly ProtocolRow[], filter: string): readonly ProtocolRow[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return rows
  return rows.filter(({ protocol: p, by }) => {
    const text = `${p.name} ${p.category} ${p.about} ${by}`.toLowerCase()
    const numbers = [...p.tcpPorts, ...p.udpPorts, ...p.ipProtocols].map(String)
    return words.every((word) => (/^\d+$/.test(word) ? numbers.includes(word) || p.name.includes(word) : text.includes(word)))
  })
}

const firstPort = ({ protocol: { tcpPorts, udpPorts } }: ProtocolRow) => Math.min(...tcpPorts, ...udpPorts, Number.POSITIVE_INFINITY)
const ORDERS: Readonly<Record<Sort, (a: ProtocolRow, b: ProtocolRow) => number>> = {
  name: () => 0,
  category: (a, b) => a.protocol.category.localeCompare(b.protocol.category),
  by: (a, b) => a.by.localeCompare(b.by),
  ports: (a, b) => (firstPort(a) === firstPort(b) ? 0 : firstPort(a) - firstPort(b)),
  flows: (a, b) => a.flows - b.flows,
}

/** By name where the rest is equal; `rows` come by name. */
export function sorted(rows: readonly ProtocolRow[], sort: Sort, isDescending: boolean): readonly ProtocolRow[] {
  if (sort === 'name') return isDescending ? rows.toReversed() : rows
  const order = ORDERS[sort]
  return rows.toSorted((a, b) => (isDescending ? order(b, a) : order(a, b)))
}
