/**
 * The first frame of a message of flows. Which layout it has is told by its size, and its version must agree:
 *   40 bytes, version 0: char[32] topic · u32 version · u32 size, in host order
 *   24, version 1: char[16] topic · u8 version · u8 source id · u16 size · u32 message id
 *   28, version 2, or 3 with binary records: char[16] · u8 version · u8 pad · u16 size · u32 message id · u32 source id
 *   36, version 4: char[16] · u8 version · u8 flags · u16 pad · u32 size before compression · u32 size · u32 message id · u32 source id
 * Ids of messages are in network order, ids of sources in host order, which is little endian in practice. Sizes say what the second frame says itself.
 */
export interface ZmqHeader {
  topic: string
  version: number
  sourceId: number
  /** Offset of the message id; 0: there is none. */
  messageIdAt: number
}

export type HeaderFault = 'header of no known size' | 'header of another version'

const V0_LEN = 40
const V0_TOPIC = 32
const V1_LEN = 24
const V2_LEN = 28
const V4_LEN = 36
const TOPIC = 16
const VERSION = 16
const BINARY_VERSION = 3

/** Fills `into` from a whole first frame. */
export function readHeader(b: Uint8Array, into: ZmqHeader): HeaderFault | undefined {
  const isOld = b.length === V0_LEN
  if (!isOld && b.length !== V1_LEN && b.length !== V2_LEN && b.length !== V4_LEN) return 'header of no known size'
  into.version = isOld ? u32le(b, V0_TOPIC) : b[VERSION]!
  if (!fits(b.length, into.version)) return 'header of another version'
  into.topic = topicOf(b, isOld ? V0_TOPIC : TOPIC)
  into.messageIdAt = isOld ? 0 : b.length === V4_LEN ? 28 : 20
  into.sourceId = isOld ? 0 : b.length === V1_LEN ? b[17]! : u32le(b, into.messageIdAt + 4)
  return undefined
}

function fits(length: number, version: number): boolean {
  if (length === V0_LEN) return version === 0
  if (length === V1_LEN) return version === 1
  return length === V2_LEN ? version === 2 || version === BINARY_VERSION : version === 4
}

const FLOW = 0x666c6f77
function topicOf(b: Uint8Array, room: number): string {
  // Nearly all are flows.
  if (u32be(b, 0) === FLOW && b[4] === 0) return 'flow'
  let end = 0
  while (end < room && b[end] !== 0) end++
  return String.fromCharCode(...b.subarray(0, end))
}

export const u32le = (b: Uint8Array, at: number): number => (b[at]! | (b[at + 1]! << 8) | (b[at + 2]! << 16) | (b[at + 3]! << 24)) >>> 0
export const u32be = (b: Uint8Array, at: number): number => ((b[at]! << 24) | (b[at + 1]! << 16) | (b[at + 2]! << 8) | b[at + 3]!) >>> 0
