/** MAC addresses as aa:bb:cc:dd:ee:ff and as numbers of 48 bits, which a double holds exactly. */

const HEX = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'))
const HIGH = 4_294_967_296

/** The six bytes at `at`, which must be there. */
export const macNumber = (b: Uint8Array, at: number): number =>
  ((b[at]! << 8) | b[at + 1]!) * HIGH + (((b[at + 2]! << 24) | (b[at + 3]! << 16) | (b[at + 4]! << 8) | b[at + 5]!) >>> 0)

export function formatMac(mac: number): string {
  const high = Math.floor(mac / HIGH)
  const low = mac >>> 0
  return `${HEX[(high >> 8) & 255]}:${HEX[high & 255]}:${HEX[low >>> 24]}:${HEX[(low >>> 16) & 255]}:${HEX[(low >>> 8) & 255]}:${HEX[low & 255]}`
}

/** Six bytes in hexadecimal, parted by ":" or "-", in either case; undefined for anything else. */
export function parseMac(text: string): number | undefined {
  if (!/^[0-9a-f]{2}([:-])(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}$/i.test(text)) return undefined
  return Number.parseInt(text.replace(/[:-]/g, ''), 16)
}

/** A group address (IEEE 802 §8.2); broadcast is one. */
export const isMulticastMac = (mac: number): boolean => (Math.floor(mac / (HIGH * 256)) & 1) === 1
export const BROADCAST_MAC = 0xffff_ffff_ffff
export const isBroadcastMac = (mac: number): boolean => mac === BROADCAST_MAC
/** Not from a manufacturer's block: made up by software or for privacy. */
export const isLocalMac = (mac: number): boolean => (Math.floor(mac / (HIGH * 256)) & 2) === 2
