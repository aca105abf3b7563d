/** Where the bytes of capture files lie: classic pcap (draft-ietf-opsawg-pcap) and pcapng (draft-ietf-opsawg-pcapng). Writers bring the memory. */

/** The snap length that libpcap writes for "everything". */
export const SNAP_LEN = 262_144
export const PCAP_HEADER_LEN = 24
export const PCAP_RECORD_LEN = 16

export function putPcapHeader(
  view: DataView,
  at: number,
  { linkType, nanoseconds = false, littleEndian = true, snapLen = SNAP_LEN }: PcapHeader,
): void {
  view.setUint32(at, nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4, littleEndian)
  view.setUint16(at + 4, 2, littleEndian)
  view.setUint16(at + 6, 4, littleEndian)
  view.setUint32(at + 8, 0)
  view.setUint32(at + 12, 0)
  view.setUint32(at + 16, snapLen, littleEndian)
  view.setUint32(at + 20, linkType, littleEndian)
}
export interface PcapHeader {
  readonly linkType: number
  readonly nanoseconds?: boolean
  readonly littleEndian?: boolean
  readonly snapLen?: number
}

/** The head of a record; its `capLen` bytes of packet come behind. */
export function putPcapRecord(
  view: DataView,
  at: number,
  tsMs: number,
  capLen: number,
  wireLen: number,
  nanoseconds = false,
  littleEndian = true,
): void {
  let seconds = Math.floor(tsMs / 1000)
  let fraction = nanoseconds ? nanosecondsOf(tsMs, seconds) : Math.round((tsMs - seconds * 1000) * 1000)
  const ticksPerSecond = nanoseconds ? 1e9 : 1e6
  if (fraction >= ticksPerSecond) {
    seconds++
    fraction -= ticksPerSecond
  }
  view.setUint32(at, seconds, littleEndian)
  view.setUint32(at + 4, fraction, littleEndian)
  view.setUint32(at + 8, capLen, littleEndian)
  view.setUint32(at + 12, wireLen, littleEndian)
}

/**
 * Nanoseconds beyond the whole second. A double of epoch milliseconds is exact to a quarter of a microsecond, so that a time which was given in
 * microseconds lies a little beside them: one that may have been is taken to have been.
 */
export function nanosecondsOf(tsMs: number, seconds: number): number {
  const microseconds = (tsMs - seconds * 1000) * 1000
  const whole = Math.round(microseconds)
  return Math.abs(microseconds - whole) <= (tsMs < YEAR_2039_MS ? HALF_ULP_US : tsMs * HALF_ULP_PART)
    ? whole * 1000
    : Math.round(microseconds * 1000)
}
/** Half the distance between two doubles from 2004 to 2039 (2^40 to 2^41 ms), in microseconds; and later, at most this part of the milliseconds. */
const YEAR_2039_MS = 2 ** 41
const HALF_ULP_US = 2 ** -13 * 1000 + 1e-6
const HALF_ULP_PART = 2 ** -53 * 1000

// A block is its type, its length, a body padded to 32 bits, and its length again.
export const SECTION_HEADER = 0x0a0d0d0a
const BYTE_ORDER_MAGIC = 0x1a2b3c4d
export const INTERFACE_DESCRIPTION = 1
export const ENHANCED_PACKET = 6
const OPT_ENDOFOPT = 0
const OPT_COMMENT = 1
const SHB_USERAPPL = 4
const IF_TSRESOL = 9
const NANOSECONDS = 9
const SECTION_FIXED_LEN = 24
const BLOCK_TRAILER_LEN = 4
const OPTION_HEAD_LEN = 4
const END_OF_OPTIONS_LEN = 4
export const INTERFACE_BLOCK_LEN = 16 + OPTION_HEAD_LEN + 4 + END_OF_OPTIONS_LEN + BLOCK_TRAILER_LEN
export const PACKET_HEAD_LEN = 28
/** Length of the block of a packet of `capLen` bytes. */
export const packetBlockLen = (capLen: number): number => PACKET_HEAD_LEN + padded(capLen) + BLOCK_TRAILER_LEN

const padded = (length: number): number => (length + 3) & ~3

/** A section header block (§4.1) that says which program wrote it, and why. Each text may have 65,535 bytes. */
export function sectionHeader(application: string, comment: string): Uint8Array {
  const options = [
    { code: SHB_USERAPPL, text: new TextEncoder().encode(application) },
    { code: OPT_COMMENT, text: new TextEncoder().encode(comment) },
  ].filter(({ text }) => text.length > 0)
  const optionsLen = options.reduce((sum, { text }) => sum + OPTION_HEAD_LEN + padded(text.length), END_OF_OPTIONS_LEN)
  const length = SECTION_FIXED_LEN + optionsLen + BLOCK_TRAILER_LEN
  const bytes = new Uint8Array(length)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, SECTION_HEADER, true)
  view.setUint32(4, length, true)
  view.setUint32(8, BYTE_ORDER_MAGIC, true)
  view.setUint16(12, 1, true)
  // The length of the section is not known: −1.
  view.setBigInt64(16, -1n, true)
  let at = SECTION_FIXED_LEN
  for (const { code, text } of options) {
    view.setUint16(at, code, true)
    view.setUint16(at + 2, text.length, true)
    bytes.set(text, at + OPTION_HEAD_LEN)
    at += OPTION_HEAD_LEN + padded(text.length)
  }
  view.setUint32(at, OPT_ENDOFOPT, true)
  view.setUint32(length - BLOCK_TRAILER_LEN, length, true)
  return bytes
}

/** An interface description block (§4.2) whose times are in nanoseconds. */
export function putInterface(view: DataView, at: number, linkType: number): void {
  view.setUint32(at, INTERFACE_DESCRIPTION, true)
  view.setUint32(at + 4, INTERFACE_BLOCK_LEN, true)
  view.setUint16(at + 8, linkType, true)
  view.setUint16(at + 10, 0, true)
  view.setUint32(at + 12, SNAP_LEN, true)
  view.setUint16(at + 16, IF_TSRESOL, true)
  view.setUint16(at + 18, 1, true)
  view.setUint32(at + 20, NANOSECONDS, true)
  view.setUint32(at + 24, OPT_ENDOFOPT, true)
  view.setUint32(at + 28, INTERFACE_BLOCK_LEN, true)
}

const TWO_32 = 4_294_967_296
/** 10^9 = HIGH × 2^16 + LOW: seconds as nanoseconds are beyond what a double holds, so the halves are multiplied apart. */
const BILLION_HIGH = 15_258
const BILLION_LOW = 51_712
const TWO_16 = 65_536

/** All of an enhanced packet block (§4.3) but its packet, which goes to `at + PACKET_HEAD_LEN`. Fills the padding. */
export function putPacketBlock(view: DataView, at: number, interfaceId: number, tsMs: number, capLen: number, wireLen: number): void {
  const length = packetBlockLen(capLen)
  const seconds = Math.floor(tsMs / 1000)
  const high = seconds * BILLION_HIGH
  const low = (high % TWO_16) * TWO_16 + seconds * BILLION_LOW + nanosecondsOf(tsMs, seconds)
  // The padding first: it lies where, of an empty packet, the length on the wire does.
  view.setUint32(at + length - 2 * BLOCK_TRAILER_LEN, 0, true)
  view.setUint32(at, ENHANCED_PACKET, true)
  view.setUint32(at + 4, length, true)
  view.setUint32(at + 8, interfaceId, true)
  view.setUint32(at + 12, Math.floor(high / TWO_16) + Math.floor(low / TWO_32), true)
  view.setUint32(at + 16, low % TWO_32, true)
  view.setUint32(at + 20, capLen, true)
  view.setUint32(at + 24, wireLen, true)
  view.setUint32(at + length - BLOCK_TRAILER_LEN, length, true)
}

// What of blocks that were laid out here is read again, where the packets of several files become one file.

export const blockType = (view: DataView, at: number): number => view.getUint32(at, true)
export const blockLen = (view: DataView, at: number): number => view.getUint32(at + 4, true)
/** Of an interface description block. */
export const interfaceLinkType = (view: DataView, at: number): number => view.getUint16(at + 8, true)
// Of an enhanced packet block.
export const packetInterface = (view: DataView, at: number): number => view.getUint32(at + 8, true)
export const packetCapLen = (view: DataView, at: number): number => view.getUint32(at + 20, true)
export const packetWireLen = (view: DataView, at: number): number => view.getUint32(at + 24, true)
/** The block's packet belongs to another interface of its file. */
export const setPacketInterface = (view: DataView, at: number, interfaceId: number): void => view.setUint32(at + 8, interfaceId, true)

const BILLION = 1_000_000_000

/** The time that was given to putPacketBlock, to the nanosecond that it wrote. */
export function packetTimeMs(view: DataView, at: number): number {
  const high = view.getUint32(at + 12, true)
  const low = view.getUint32(at + 16, true)
  // Nanoseconds since 1970 are beyond what a double holds: the quotient is one second wrong at most, and the rest, taken modulo 2^32, says so.
  let seconds = Math.floor((high * TWO_32 + low) / BILLION)
  let rest = (low - Math.imul(seconds, BILLION)) | 0
  if (rest < 0) {
    seconds--
    rest += BILLION
  } else if (rest >= BILLION) {
    seconds++
    rest -= BILLION
  }
  return seconds * 1000 + rest / 1e6
}
