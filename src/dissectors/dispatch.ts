import type { Dissector } from './dissector.ts'

export const TCP = 0
export const UDP = 1
export type TransportIndex = typeof TCP | typeof UDP

const NONE: readonly number[] = []
const name = ['tcp', 'udp'] as const

const isOver = (d: Dissector, t: TransportIndex) => d.over !== undefined && [d.over].flat().includes(name[t])
const canBegin = (d: Dissector, byte: number) =>
  d.firstBytes === undefined || (typeof d.firstBytes === 'function' ? d.firstBytes(byte) : d.firstBytes.includes(byte))

/**
 * Who is asked about a payload: a list by first byte, preceded by a list by port. Made once; so what a packet costs does not grow with the number of
 * protocols but with how many of them can begin with that byte.
 */
export class Dispatch {
  private readonly byByte: readonly (readonly number[])[][]
  private readonly byPort: readonly Map<number, readonly number[]>[]
  private readonly hasPort = [new Uint8Array(65_536), new Uint8Array(65_536)] as const
  private readonly byIpProtocol: readonly number[]

  constructor(dissectors: readonly Dissector[]) {
    const indexes = (keep: (d: Dissector) => boolean) => dissectors.flatMap((d, i) => (keep(d) ? [i] : []))
    const transports: TransportIndex[] = [TCP, UDP]
    this.byByte = transports.map((t) =>
      Array.from({ length: 256 }, (_, byte) => indexes((d) => d.signature !== undefined && isOver(d, t) && canBegin(d, byte))),
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
  /** The dissector of this IP protocol number, or -1. */
  ipProtocol(proto: number): number {
    return this.byIpProtocol[proto] ?? -1
  }
}

/** Every port that orders the trial. */
const portsOf = (d: Dissector, t: TransportIndex): readonly number[] => [
  ...new Set([...(d.ports ?? []), ...((t === TCP ? d.tcpPorts : d.udpPorts) ?? []), ...(d.trialPorts ?? [])]),
]
