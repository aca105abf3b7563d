import type { Dissector } from './dissector.ts'

export const TCP = 0
export const UDP = 1
export type TransportIndex = typeof TCP | typeof UDP

const NONE: readonly number[] = []
const name = ['tcp', 'udp'] as const

const isOver = (d: Dissector, t: TransportIndex) => d.over !== undefined && [d.over].flat().includes(name[t])
const allows = (bytes: Dissector['firstBytes'], t: TransportIndex, byte: number) =>
  bytes === undefined || (typeof bytes === 'function' ? bytes(byte, name[t]) : bytes.includes(byte))
const FIRST = 1
const SECOND = 2
const isAskedAnywhere = (d: Dissector, t: TransportIndex) => d.onlyOnPorts !== true && d.onlyOnPorts !== name[t]

/**
 * Who is asked about a payload: a list by first byte, preceded by a list by port. Made once; so what a packet costs does not grow with the number of
 * protocols but with how many of them can begin with that byte.
 */
export class Dispatch {
  private readonly byByte: readonly (readonly number[])[][]
  private readonly byPort: readonly Map<number, readonly number[]>[]
  private readonly hasPort = [new Uint8Array(65_536), new Uint8Array(65_536)] as const
  /** Whether dissector n can have byte b first, and second: bits at 256 * n + b. */
  private readonly begins: readonly Uint8Array[]
  private readonly byIpProtocol: readonly number[]

  constructor(dissectors: readonly Dissector[]) {
    const indexes = (keep: (d: Dissector, i: number) => boolean) => dissectors.flatMap((d, i) => (keep(d, i) ? [i] : []))
    const transports: TransportIndex[] = [TCP, UDP]
    this.begins = transports.map((t) => {
      const begins = new Uint8Array(256 * dissectors.length)
      dissectors.forEach((d, i) => {
        if (d.signature === undefined || !isOver(d, t)) return
        for (let byte = 0; byte < 256; byte++)
          begins[256 * i + byte] = (allows(d.firstBytes, t, byte) ? FIRST : 0) | (allows(d.secondBytes, t, byte) ? SECOND : 0)
      })
      return begins
    })
    this.byByte = transports.map((t) =>
      Array.from({ length: 256 }, (_, byte) =>
        indexes((d, i) => isAskedAnywhere(d, t) && (this.begins[t]![256 * i + byte]! & FIRST) !== 0),
      ),
    )
    this.byPort = transports.map((t) => {
      const ports = new Map<number, number[]>()
      dissectors.forEach((d, i) => {
        if (d.signature === undefined || !isOver(d, t)) return
        for (const port of portsOf(d, t)) {
          ports.set(port, [...(ports.get(port) ?? []), i])
          this.hasPort[t][port] = 1
        }
      })
      return ports
    })
    this.byIpProtocol = Array.from({ length: 256 }, (_, proto) => dissectors.findIndex((d) => d.ipProtocols?.includes(proto)))
  }

  first(t: TransportIndex, byte: number): readonly number[] {
    return this.byByte[t]![byte]!
  }
  port(t: TransportIndex, port: number): readonly number[] {
    return this.hasPort[t][port] === 0 ? NONE : this.byPort[t]!.get(port)!
  }
  /** Whether a payload over `t` that dissector `index` knows can begin with these bytes. `second` is -1 in a payload of one byte. */
  canBegin(t: TransportIndex, index: number, first: number, second: number): boolean {
    const begins = this.begins[t]!
    return (begins[256 * index + first]! & FIRST) !== 0 && (second < 0 || (begins[256 * index + second]! & SECOND) !== 0)
  }
  /** The dissector of this IP protocol number, or -1. */
  ipProtocol(proto: number): number {
    return this.byIpProtocol[proto] ?? -1
  }
}

/** Every port that orders the trial. */
const portsOf = (d: Dissector, t: TransportIndex): readonly number[] => [
  ...new Set([...(d.ports ?? []), ...((t === TCP ? d.tcpPorts : d.udpPorts) ?? []), ...(d.trialPorts ?? [])]),
]
