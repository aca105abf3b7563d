import { dissector, Exclude, Match, NeedMore } from './dissector.ts'

/** Cisco's own IPsec over UDP, before NAT traversal had a standard: ESP packets (RFC 4303 §2), nothing before them. */
const PORT = 10_000
const ESP_LEN = 32
/** Smaller indexes are reserved. */
const LEAST_INDEX = 256
/** Sequence numbers that a session seen from its beginning has, and how many may be lost between two packets. */
const MAX_SEQUENCE = 4096
const MAX_LOST = 16
const SEQUENCE_BITS = 4096

export default dissector({
  name: 'CiscoVPN',
  category: 'VPN',
  about: 'IPsec over UDP as Cisco’s concentrators do it: two packets of one security association, counted up, on its port',
  over: 'udp',
  ports: [PORT],
  tcpPorts: [8008],
  onlyOnPorts: true,
  minLen: ESP_LEN,

  signature(c, ctx) {
    const index = c.peek32()
    const sequence = c.peek32(4)
    if (index < LEAST_INDEX || sequence < 1 || sequence >= MAX_SEQUENCE || c.left % 4 !== 0) return Exclude
    const before = ctx.memo
    const gained = sequence - (before % SEQUENCE_BITS)
    if (Math.floor(before / SEQUENCE_BITS) === index) return gained >= 1 && gained <= MAX_LOST ? Match : Exclude
    // The other side has an association of its own; only the first one seen is followed.
    if (before === 0) ctx.memo = index * SEQUENCE_BITS + sequence
    return NeedMore
  },
})
