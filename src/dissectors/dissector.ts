import type { RiskName } from '../lib/risks.gen.ts'
import type { Cursor } from '../wire/cursor.ts'

/** What a signature says of the bytes it is shown. */
export const Exclude = 0
export const Match = 1
/** A prefix of something of ours: show me more bytes (a stream) or the next packet. */
export const NeedMore = 2
export type Verdict = typeof Exclude | typeof Match | typeof NeedMore

/** What `extract` says when it returns. Nothing (undefined) means Done. */
export const Done = 0
/** Show me what follows, both ways, up to the bounds below. */
export const More = 1
/**
 * What follows (from the cursor's position on, both ways) is another protocol inside this one: recognise it afresh. The flow then becomes
 * Master.App as said by `ctx.inside`.
 */
export const Within = 2
export type Extracted = typeof Done | typeof More | typeof Within

/** Payload packets of one flow that signatures see. */
export const MAX_TCP_TRIALS = 15
export const MAX_UDP_TRIALS = 8
/** Bytes a side of a TCP flow that are put in order for signatures and `extract`. */
export const MAX_STREAM = 16_384
/** Payload packets that a dissector which asks for More gets after its match, unless it says otherwise. */
export const MAX_MORE = 32

/**
 * What a dissector may know of the flow beyond the bytes, and what it may do to it. One object, reused: never keep it.
 * The effects take place at once; a flow forgets nothing that was set before a fault.
 */
export interface Context {
  /** Layer-4 protocol number of the flow. */
  readonly proto: number
  /** This packet goes from the client to the server. */
  readonly fromClient: boolean
  readonly srcPort: number
  readonly dstPort: number
  /** Ordinal of this payload packet in the flow, from 1; and among those of its direction. */
  readonly packet: number
  readonly packetThisWay: number
  /** This flow's earlier traffic was not seen from its beginning (no SYN). */
  readonly midStream: boolean
  /** Bytes of this packet's payload on the wire; more than captured when a snap length cut it. */
  readonly wireLeft: number
  /** The packet is the first fragment of a longer one. */
  readonly isFragment: boolean
  /** IPv4 addresses of the two ends of this packet as unsigned numbers; 0 for IPv6. */
  readonly srcIpv4: number
  readonly dstIpv4: number
  /** One number for this dissector in this flow; 0 at first. Kept from a NeedMore to the end of the flow's recognition and through More. */
  memo: number

  /** The name the client asked for. Sets the flow's `serverName` and, if names/ knows it, the application inside the protocol. */
  serverName(name: string): void
  /** The telling detail for lists: URL, query, subject, user. In two parts when the second is a name that is kept anyway; shown with a blank between. */
  info(text: string, rest?: string): void
  /**
   * The application inside this protocol, by its name in the catalogue; stronger than one found by server name. The flow's own name: it is called that alone,
   * whatever is found in it (a proxy's flow). `why`: what says so, as a constant for people: 'the kind of content', 'the certificate'.
   */
  inside(app: string, why?: string): void
  /** The category of this very flow, whatever the application: a request by which systems learn whether they are connected. */
  category(name: string): void
  /** The protocol turned out to be a named variant of its own (IMAP that went on as IMAPS). Must be in `alsoNames`. */
  becomes(name: string): void
  /** What only the bytes can tell of a risk (src/risks); `evidence` is what speaks for it, in a few words. */
  raise(risk: RiskName, evidence?: string): void
  /** Adds to the counters that this dissector declares: on the sender's and on the receiver's host. */
  tally(counter: string, n?: number): void
  /** An address is known by this name. The address lies at `at` in `bytes`: 4 or 16 bytes (`length`). */
  nameAddress(bytes: Uint8Array, at: number, length: 4 | 16, name: string, from: NameSource): void
  /** The sender of this packet, the client or the server is known by this name. */
  nameHost(end: 'sender' | 'receiver' | 'client' | 'server', name: string, from: NameSource): void
  /** What another flow has announced for either end of this one, by its name in the catalogue; '' for nothing. */
  announced(): string
  /** A flow to (or from) this address and port will be this application: RTP of a SIP call, FTP data, TFTP. Forgotten after `seconds`. */
  expect(proto: 'tcp' | 'udp', bytes: Uint8Array, at: number, length: 4 | 16, port: number, app: string, seconds: number): void
  /** The same for either end of this flow, where only the port is news. */
  expectAt(proto: 'tcp' | 'udp', end: 'client' | 'server' | 'sender' | 'receiver', port: number, app: string, seconds: number): void
}

/** Where a host's name came from, best last. */
export type NameSource = 'dns' | 'netbios' | 'mdns' | 'dhcp'

export type FieldType = 'number' | 'text' | 'texts' | 'choice' | 'flag' | 'timeMs'
export interface FlowField<T = unknown> {
  readonly type: FieldType
  readonly label: string
  readonly choices?: readonly string[]
  /** Never set: carries the value's type. */
  readonly value?: T
}
const number = (label: string): FlowField<number> => ({ type: 'number', label })
export const u8 = number
export const u16 = number
export const u32 = number
/** A number of any size: lengths, counts, milliseconds. */
export const num = number
export const text = (label: string): FlowField<string> => ({ type: 'text', label })
/** Several texts; at most 16 are kept. */
export const texts = (label: string): FlowField<readonly string[]> => ({ type: 'texts', label })
export const flag = (label: string): FlowField<boolean> => ({ type: 'flag', label })
export const timeMs = (label: string): FlowField<number> => ({ type: 'timeMs', label })
export const oneOf = <const C extends readonly string[]>(label: string, choices: C): FlowField<C[number]> => ({
  type: 'choice',
  label,
  choices,
})

type FieldMap = Readonly<Record<string, FlowField>>
/** What `extract` fills: a reused object, empty at the start of each call; what is set is kept with the flow, a later value wins. */
export type Out<F extends FieldMap> = { -readonly [K in keyof F]?: F[K] extends FlowField<infer T> ? T | undefined : never }

type Transport = 'tcp' | 'udp'

export interface Dissector<Name extends string = string, F extends FieldMap = FieldMap> {
  /** The stable key, on disk and in URLs; spelled as in the catalogue of applications. */
  readonly name: Name
  readonly category: string
  /** One line: what it is and what the signature rests on (for the list of protocols). */
  readonly about: string
  /** Transports whose payload it reads. */
  readonly over?: Transport | readonly Transport[]
  /** IP protocol numbers (IANA) that are this protocol by themselves: ICMP, IGMP, ESP. The payload is then the layer-4 payload. */
  readonly ipProtocols?: readonly number[]
  /** Usual server ports. They order the trial, and name the flow, as a guess, when nothing matched. */
  readonly ports?: readonly number[]
  /** Where the two transports differ. */
  readonly tcpPorts?: readonly number[]
  readonly udpPorts?: readonly number[]
  /** Ports that only order the trial and never serve as a guess. */
  readonly trialPorts?: readonly number[]
  /** Which first payload bytes can begin it (either way): the engine asks only then. Left out: any. Give it wherever possible. */
  readonly firstBytes?: readonly number[] | ((byte: number, over: Transport) => boolean)
  /** And which second bytes. Only for what is always longer than one byte. */
  readonly secondBytes?: readonly number[] | ((byte: number, over: Transport) => boolean)
  /** Asked only where either end has one of its ports (`trialPorts` too): over both transports, or over this one. */
  readonly onlyOnPorts?: true | Transport
  /** Shorter payloads are not shown. */
  readonly minLen?: number
  /** Other names this dissector may give by `becomes`, with their categories: { IMAPS: 'Email' }. */
  readonly alsoNames?: Readonly<Record<string, string>>

  readonly fields?: F
  /** Counters a host for this protocol, by name and label. */
  readonly counters?: Readonly<Record<string, string>>

  /** `segments`: after the match, `extract` sees each TCP segment as it comes, not the stream in order. */
  readonly follow?: 'stream' | 'segments'
  /** After the match every payload packet is shown, without bound (DNS, DHCP, HTTP heads). `extract` must then be quick to look away. */
  readonly every?: boolean
  /** Bound of packets after a match that asks for More. */
  readonly maxMore?: number

  /**
   * Is this ours? Cheap, allocates nothing, tries every byte it needs. UDP: `c` covers one packet's payload. TCP: the bytes of this direction, in
   * order, from the stream's beginning, as far as they have come.
   */
  signature?(c: Cursor, ctx: Context): Verdict
  /**
   * Reads fields; keeps what it read before a fault. UDP: one packet. TCP with follow 'stream': the bytes of this direction not yet consumed; where the
   * cursor stands at return is where the next call begins, so leave it before a message that is not yet whole.
   */
  extract?(c: Cursor, out: Out<F>, ctx: Context): Extracted | undefined
}

/** Declares a dissector; the default export of its file. */
export const dissector = <const N extends string, const F extends FieldMap = Record<never, never>>(d: Dissector<N, F>): Dissector<N, F> => d
