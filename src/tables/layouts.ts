/**
 * The rows of the big tables: one interleaved record a row, so that what a packet touches lies in few cache lines. tools/gen-rows.ts makes a class of
 * getters and setters of each (rows.gen.ts). Order is memory order: what every packet touches comes first.
 */
export type CellType = 'f64' | 'i32' | 'u32' | 'f32' | 'u16' | 'u8'
/** Name → type, or [type, how many] for a small array, whose accessors take an index. */
export type Layout = Readonly<Record<string, CellType | readonly [CellType, number]>>

/** Flows. `a` is the sender of the first packet, `b` the other end; Ab is the direction from a to b. 256 bytes. */
export const FlowRow = {
  hash: 'i32',
  /** VLAN id << 16 | layer-4 protocol << 8 | IP version. */
  meta: 'u32',
  a0: 'i32',
  a1: 'i32',
  a2: 'i32',
  a3: 'i32',
  b0: 'i32',
  b1: 'i32',
  b2: 'i32',
  b3: 'i32',
  /** Port of a << 16 | port of b; signed, so that it is a small integer to the engine. */
  ports: 'i32',
  /** FLOW_ bits of flow-table.ts. */
  flags: 'u32',
  lastSeenMs: 'f64',
  firstSeenMs: 'f64',
  /** Since the flow was last booked; it is booked at once when they would overflow. */
  pendingBytes: ['u32', 2],
  pendingPackets: ['u16', 2],
  /** TCP flag bits seen, each way. */
  tcpFlags: ['u8', 2],
  /** Payload packets shown to signatures so far, each way. */
  trials: ['u8', 2],
  /** Sequence number after the highest seen, each way. */
  nextSeq: ['i32', 2],
  /** Packets by size class since then: ten classes a→b, then ten b→a. */
  pendingSizes: ['u16', 20],
  bytes: ['f64', 2],
  packets: ['u32', 2],
  retransmissions: ['u32', 2],
  outOfOrder: ['u32', 2],
  lost: ['u32', 2],
  zeroWindow: ['u16', 2],
  /** From the server's SYN-ACK to the client's ACK, and from the client's SYN to the SYN-ACK; µs. */
  clientLatencyUs: 'u32',
  serverLatencyUs: 'u32',
  /** Application ids (catalogue): the protocol, and the application inside it or 0. */
  master: 'u16',
  app: 'u16',
  confidence: 'u8',
  tunnel: 'u8',
  /** 0 none; else 1 + index of the dissector that matched. */
  dissector: 'u16',
  /** Row of the recogniser's state, or -1. */
  recognition: 'i32',
  /** master << 16 | app under which its traffic is booked in the roll-ups. */
  booked: 'u32',
  host: ['i32', 2],
  hostApp: ['i32', 2],
  mac: ['i32', 2],
  appRow: 'i32',
  /** Bits in tick `tickNo`, and in the one before it (see rate.ts). */
  tickBits: ['f32', 2],
  lastBits: ['f32', 2],
  tickNo: 'u32',
  /** Distinguishes the flows that use one row after another. */
  serial: 'u32',
} as const satisfies Layout

export const HostRow = {
  hash: 'i32',
  vlan: 'u32',
  a0: 'i32',
  a1: 'i32',
  a2: 'i32',
  a3: 'i32',
  /** HOST_ bits of host-table.ts. */
  flags: 'u32',
  mac: 'i32',
  firstSeenMs: 'f64',
  lastSeenMs: 'f64',
  bytesSent: 'f64',
  bytesRcvd: 'f64',
  packetsSent: 'f64',
  packetsRcvd: 'f64',
  nonIpBytes: 'f64',
  /** Bytes by TCP, UDP, ICMP, other: sent in 0–3, received in 4–7. */
  l4Bytes: ['f64', 8],
  l4Packets: ['u32', 8],
  sizesSent: ['u32', 10],
  sizesRcvd: ['u32', 10],
  /** Bits sent, bits received and packets in tick `tickNo`, and in the one before it (see rate.ts). */
  tickBits: ['f32', 2],
  lastBits: ['f32', 2],
  tickPackets: 'f32',
  lastPackets: 'f32',
  tickNo: 'u32',
  activeFlows: 'u32',
  flowsAsClient: 'u32',
  flowsAsServer: 'u32',
  /** Its parts of the scores of its live flows. */
  scoreAsClient: 'u32',
  scoreAsServer: 'u32',
  retransmissions: 'u32',
  outOfOrder: 'u32',
  lost: 'u32',
  zeroWindow: 'u32',
  /** First of its rows in the host × application table, or -1. */
  firstApp: 'i32',
  /** First of its rows in the table of dissectors' counters, + 1; 0: none. */
  firstTallyPlus1: 'u32',
  /** Numbers of host-systems.ts; 0: not known. */
  tcpPrint: 'u16',
  system: 'u16',
  /** So many seconds until tick `tickNo`, its own among them, have been noted as active. */
  notedSeconds: 'u32',
} as const satisfies Layout

/** What one host did with one application. */
export const HostAppRow = {
  host: 'i32',
  /** master << 16 | app. */
  app: 'u32',
  bytesSent: 'f64',
  bytesRcvd: 'f64',
  packetsSent: 'u32',
  packetsRcvd: 'u32',
  flows: 'u32',
  /** Next row of the same host, or -1. */
  next: 'i32',
  hash: 'i32',
  pad: 'u32',
} as const satisfies Layout

export const MacRow = {
  hash: 'i32',
  /** First four bytes of the address, then the last two. */
  high: 'i32',
  low: 'u32',
  /** Live hosts behind it, and one of them (-1: none). */
  hosts: 'u32',
  host: 'i32',
  pad0: 'u32',
  firstSeenMs: 'f64',
  lastSeenMs: 'f64',
  bytesSent: 'f64',
  bytesRcvd: 'f64',
  packetsSent: 'f64',
  packetsRcvd: 'f64',
  nonIpBytesSent: 'f64',
  nonIpBytesRcvd: 'f64',
  nonIpPackets: 'u32',
  arpPackets: 'u32',
  tickBits: ['f32', 2],
  lastBits: ['f32', 2],
  tickPackets: 'f32',
  lastPackets: 'f32',
  tickNo: 'u32',
  pad: 'u32',
} as const satisfies Layout

/** Frames without IP, by both link addresses and the ethertype. */
export const NonIpRow = {
  hash: 'i32',
  sourceHigh: 'i32',
  sourceLow: 'u32',
  destinationHigh: 'i32',
  destinationLow: 'u32',
  etherType: 'u32',
  firstSeenMs: 'f64',
  lastSeenMs: 'f64',
  bytes: 'f64',
  packets: 'f64',
} as const satisfies Layout

/** One counter of a dissector for one host. */
export const TallyRow = {
  hash: 'i32',
  host: 'i32',
  counter: 'u32',
  sent: 'u32',
  rcvd: 'u32',
  nextPlus1: 'u32',
} as const satisfies Layout

export const layouts = { FlowRow, HostRow, HostAppRow, MacRow, NonIpRow, TallyRow } as const satisfies Record<string, Layout>
