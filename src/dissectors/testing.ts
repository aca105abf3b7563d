/** For tests: shows payloads to one dissector as the engine would, over a lossless transport, and notes all that it says and does. */
import { Cursor } from '../wire/cursor.ts'
import type { Context, Dissector, Verdict } from './dissector.ts'
import { Done, Exclude, MAX_MORE, MAX_TCP_TRIALS, MAX_UDP_TRIALS, Match, More, NeedMore, Within } from './dissector.ts'

export interface Shown {
  readonly from: 'client' | 'server'
  readonly bytes: Uint8Array
}
export const fromClient = (bytes: Uint8Array): Shown => ({ from: 'client', bytes })
export const fromServer = (bytes: Uint8Array): Shown => ({ from: 'server', bytes })

/** '16 03 01' with any white space, as copied from a dump. */
export const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replace(/\s+/g, ''), 'hex'))
/** ASCII text with its escapes as written: latin1('GET / HTTP/1.1\r\n'). */
export const latin1 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'))
export const concat = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts))

export interface Report {
  verdict: Verdict
  /** Packets shown until the verdict. */
  packets: number
  fields: Record<string, unknown>
  /** extract ended with Within: what follows is recognised afresh. */
  within: boolean
  /** extract asked for More at its last call. */
  wantsMore: boolean
  bad: boolean
  serverName?: string
  info?: string
  inside?: string
  category?: string
  becomes?: string
  /** Evidence by the name of the risk. */
  risks: Record<string, string>
  tallies: Record<string, number>
  names: { end: string; name: string; from: string }[]
  expects: { proto: string; end: string; port: number; app: string }[]
}

export interface Ends {
  transport?: 'tcp' | 'udp' | number
  clientPort?: number
  serverPort?: number
  midStream?: boolean
  /** What other flows have announced for this one. */
  announced?: string
}

export function show(d: Dissector<string, never> | Dissector, packets: readonly Shown[], ends: Ends = {}): Report {
  const transport = ends.transport ?? (typeof d.over === 'string' ? d.over : (d.over?.[0] ?? 'udp'))
  const overTcp = transport === 'tcp'
  const clientPort = ends.clientPort ?? 40_000
  const serverPort = ends.serverPort ?? d.ports?.[0] ?? d.tcpPorts?.[0] ?? d.udpPorts?.[0] ?? 50_000
  const report: Report = {
    verdict: NeedMore,
    packets: 0,
    fields: {},
    within: false,
    wantsMore: false,
    bad: false,
    risks: {},
    tallies: {},
    names: [],
    expects: [],
  }
  let from: 'client' | 'server' = 'client'
  const other = (end: string) => (end === 'sender' ? from : end === 'receiver' ? (from === 'client' ? 'server' : 'client') : end)
  const ctx: { -readonly [K in keyof Context]: Context[K] } = {
    proto: overTcp ? 6 : transport === 'udp' ? 17 : transport,
    fromClient: true,
    srcPort: clientPort,
    dstPort: serverPort,
    packet: 0,
    packetThisWay: 0,
    midStream: ends.midStream ?? false,
    wireLeft: 0,
    isFragment: false,
    srcIpv4: 0x0a000001,
    dstIpv4: 0x0a000002,
    memo: 0,
    serverName: (name: string) => void (report.serverName = name),
    info: (value: string, rest = '') => void (report.info = rest === '' ? value : `${value} ${rest}`),
    inside: (app: string) => void (report.inside = app),
    category: (name: string) => void (report.category = name),
    becomes: (name: string) => void (report.becomes = name),
    raise: (risk: string, evidence = '') => void (report.risks[risk] = evidence),
    tally: (counter: string, n = 1) => void (report.tallies[counter] = (report.tallies[counter] ?? 0) + n),
    nameAddress: (b: Uint8Array, at: number, length: number, name: string, source: string) =>
      void report.names.push({ end: Buffer.from(b.subarray(at, at + length)).toString('hex'), name, from: source }),
    nameHost: (end: string, name: string, source: string) => void report.names.push({ end: other(end), name, from: source }),
    announced: () => ends.announced ?? '',
    expect: (proto: string, b: Uint8Array, at: number, length: number, port: number, app: string) =>
      void report.expects.push({ proto, end: Buffer.from(b.subarray(at, at + length)).toString('hex'), port, app }),
    expectAt: (proto: string, end: string, port: number, app: string) => void report.expects.push({ proto, end: other(end), port, app }),
  }

  const cursor = new Cursor()
  const streams: Record<string, Uint8Array> = { client: new Uint8Array(0), server: new Uint8Array(0) }
  const seen = { client: 0, server: 0 }
  const limit = overTcp ? MAX_TCP_TRIALS : MAX_UDP_TRIALS
  let matched = d.signature === undefined
  if (matched) report.verdict = Match
  let shownMore = 0

  for (const packet of packets) {
    from = packet.from
    ctx.fromClient = from === 'client'
    ctx.srcPort = from === 'client' ? clientPort : serverPort
    ctx.dstPort = from === 'client' ? serverPort : clientPort
    ctx.packet++
    ctx.packetThisWay = ++seen[from]
    ctx.wireLeft = packet.bytes.length
    if (overTcp) streams[from] = concat(streams[from]!, packet.bytes)
    const whole = overTcp ? streams[from]! : packet.bytes

    if (!matched) {
      if (ctx.packet > limit) break
      report.packets = ctx.packet
      if (whole.length < (d.minLen ?? 0)) {
        if (overTcp) continue
        report.verdict = Exclude
        return report
      }
      report.verdict = d.signature!(cursor.reset(whole, 0, whole.length), ctx)
      if (report.verdict === Exclude) return report
      if (report.verdict === NeedMore) continue
      matched = true
    } else if (++shownMore > (d.maxMore ?? MAX_MORE) && !d.every) break

    if (d.extract === undefined) return report
    const bytes = overTcp && d.follow === 'segments' && shownMore > 0 ? packet.bytes : whole
    const out: Record<string, unknown> = {}
    const said = d.extract(cursor.reset(bytes, 0, bytes.length), out as never, ctx) ?? Done
    for (const [name, value] of Object.entries(out)) if (value !== undefined) report.fields[name] = value
    if (cursor.bad) report.bad = true
    if (overTcp) streams[from] = bytes.subarray(cursor.bad ? bytes.length : cursor.pos)
    report.within = said === Within
    report.wantsMore = said === More
    if (said === Within || (said === Done && !d.every)) return report
  }
  return report
}

/** A context whose effects nobody notes. */
export function silentContext(given: Partial<Context> = {}): { -readonly [K in keyof Context]: Context[K] } {
  const nothing = () => undefined
  return {
    ...{
      proto: 17,
      fromClient: true,
      srcPort: 40_000,
      dstPort: 50_000,
      packet: 1,
      packetThisWay: 1,
      midStream: false,
      wireLeft: 0,
      isFragment: false,
    },
    ...{
      srcIpv4: 1,
      dstIpv4: 2,
      memo: 0,
      serverName: nothing,
      info: nothing,
      inside: nothing,
      category: nothing,
      becomes: nothing,
      raise: nothing,
      tally: nothing,
    },
    ...{ nameAddress: nothing, nameHost: nothing, expect: nothing, expectAt: nothing, announced: () => '' },
    ...given,
  }
}
