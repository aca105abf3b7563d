import { parseAddress } from '../wire/address.ts'
import { type Bytes, be32, DST_MAC, eth, SRC_MAC } from '../wire/testing.ts'

const ipv4 = (text: string): Bytes => be32(parseAddress(text)![3] >>> 0)

/** Who has `target`? asks `sender` (RFC 826). */
export const arpFrame = (sender: string, target: string): Bytes =>
  eth(0x0806, [0, 1, 8, 0, 6, 4, 0, 1, ...SRC_MAC, ...ipv4(sender), ...DST_MAC, ...ipv4(target)])
