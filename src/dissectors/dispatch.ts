import type { Dissector } from './dissector.ts'

export const TCP = 0
export const UDP = 1
export type TransportIndex = typeof TCP | typeof UDP

const NONE: readonly number[] = []
const name = ['tcp', 'udp'] as const

const isOver = (d: Dissector, t: TransportIndex) => d.over?.includes(name[t]) ?? false
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
  private readonly byIpProtocol: number[]

  constructor(dissectors: readonly Dissector[]) {
    const transports: TransportIndex[] = [TCP, UDP]
    const byByte = transports.map(() => Array.from({ length: 256 }, (): number[] => []))
    const byPort = transports.map(() => new Map<number, number[]>())
    this.begins = transports.map(() => new Uint8Array(256 * dissectors.length))
    for (const [i, d] of dissectors.entries()) {
      if (d.signature === undefined) continue
      for (const t of transports) {
        if (!isOver(d, t)) continue
        const begins = this.begins[t]!.subarray(256 * i, 256 * (i + 1))
        markBytes(begins, d.firstBytes, t, FIRST)
        markBytes(begins, d.secondBytes, t, SECOND)
        if (isAskedAnywhere(d, t)) for (let byte = 0; byte < 256; byte++) if ((begins[byte]! & FIRST) !== 0) byByte[t]![byte]!.push(i)
        for (const port of portsOf(d, t)) {
          const known = byPort[t]!.get(port)
          if (known === undefined) byPort[t]!.set(port, [i])
          else known.push(i)
          this.hasPort[t][port] = 1
        }
      }
    }
    this.byByte = byByte
    this.byPort = byPort
    this.byIpProtocol = Array.from({ length: 256 }, () => -1)
    for (const [i, d] of dissectors.entries())
      for (const proto of d.ipProtocols ?? []) if (this.byIpProtocol[proto] === -1) this.byIpProtocol[proto] = i
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

/** Sets `mark` at each byte that is among `bytes`; left out: at all. */
function markBytes(begins: Uint8Array, bytes: Dissector['firstBytes'], t: TransportIndex, mark: number): void {
  if (bytes === undefined || typeof bytes === 'function') {
    for (let byte = 0; byte < 256; byte++) if (bytes === undefined || bytes(byte, name[t])) begins[byte]! |= mark
  } else for (const byte of bytes) begins[byte]! |= mark
}

/** Every port that orders the trial. */
const portsOf = (d: Dissector, t: TransportIndex): readonly number[] => [
  ...new Set([...(d.ports ?? []), ...((t === TCP ? d.tcpPorts : d.udpPorts) ?? []), ...(d.trialPorts ?? [])]),
]
