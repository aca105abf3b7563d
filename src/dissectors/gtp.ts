import type { Cursor } from '../wire/cursor.ts'
import { dissector, Exclude, Match, u8 } from './dissector.ts'

// 3GPP TS 29.060 §6, TS 29.274 §5.1, TS 32.295 §6.1.1.
const CONTROL_PORT = 2123
const USER_PORT = 2152
const PRIME_PORT = 3386
const V1_HEADER_LEN = 8
const V2_HEADER_LEN = 4
const PROTOCOL_TYPE = 0x10
const PRIME_HEADER_LENGTHS = [20, 6, 6]

export default dissector({
  name: 'GTP',
  category: 'Network',
  about: 'Tunnels of mobile cores that were not opened: version, protocol type and the packet’s length, on their ports',
  over: 'udp',
  ports: [USER_PORT, CONTROL_PORT],
  trialPorts: [PRIME_PORT],
  firstBytes: canBegin,
  onlyOnPorts: true,
  minLen: 6,
  fields: { version: u8('Version'), messageType: u8('Message type') },

  signature(c, ctx) {
    return (kind(c, ctx.dstPort, Math.max(c.left, ctx.wireLeft)) ?? kind(c, ctx.srcPort, Math.max(c.left, ctx.wireLeft))) ? Match : Exclude
  },

  extract(c, out, ctx) {
    out.version = c.peek() >> 5
    out.messageType = c.peek(1)
    const length = Math.max(c.left, ctx.wireLeft)
    const app = kind(c, ctx.dstPort, length) ?? kind(c, ctx.srcPort, length)
    if (app !== undefined) ctx.inside(app)
  },
})

/** Versions 1 and 2; GTP' has its protocol type clear, and three spare bits that are set (TS 32.295 §6.1.1). */
function canBegin(byte: number): boolean {
  const version = byte >> 5
  if (version === 2) return true
  return (byte & PROTOCOL_TYPE) === 0 ? version <= 1 && (byte & 0x0e) === 0x0e : version === 1
}

function kind(c: Cursor, port: number, length: number): 'GTP_C' | 'GTP_U' | 'GTP_PRIME' | undefined {
  const version = c.peek() >> 5
  const isGtp = (c.peek() & PROTOCOL_TYPE) !== 0
  const said = c.peek16(2)
  if (c.peek(1) === 0) return undefined
  if (port === USER_PORT && version === 1 && isGtp && said + V1_HEADER_LEN === length) return 'GTP_U'
  if (port === CONTROL_PORT && version === 1 && isGtp && said + V1_HEADER_LEN === length) return 'GTP_C'
  if (port === CONTROL_PORT && version === 2 && said + V2_HEADER_LEN <= length && said >= 4) return 'GTP_C'
  const primeHeaderLen = PRIME_HEADER_LENGTHS[version] ?? 0
  // In version 0 the last bit says whether the header is the short one.
  const shortHeader = version === 0 && (c.peek() & 1) !== 0 ? 6 : primeHeaderLen
  return port === PRIME_PORT && !isGtp && said + shortHeader === length ? 'GTP_PRIME' : undefined
}
