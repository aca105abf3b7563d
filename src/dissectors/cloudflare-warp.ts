import { dissector, Exclude, Match, NeedMore } from './dissector.ts'

// WireGuard whose three reserved bytes hold the client's id, which the server gives; newer clients set the two upper bits of the type.
const UPPER = 0xc0
const INITIATION = 1
const RESPONSE = 2
const DATA = 4
const MIN_LENGTHS = [0, 148, 92, 64, 32] as const
const MAX_HANDSHAKE = 1280
// Cloudflare's documentation of WARP and its firewall: the usual port and three to fall back on.
const PORTS = [2408, 500, 1701, 4500]
// What `memo` holds: the client's id and the way of an earlier packet.
const ASKED = 0x100_0000
const ID = 0xff_ffff

export default dissector({
  name: 'CloudflareWarp',
  category: 'VPN',
  about: "Cloudflare's WARP: WireGuard's messages with an id in the reserved bytes, one after another on its ports",
  over: 'udp',
  udpPorts: [2408],
  trialPorts: PORTS,
  onlyOnPorts: true,
  firstBytes: [1, 2, 3, DATA, UPPER | 1, UPPER | 2, UPPER | 3, UPPER | DATA],
  minLen: 32,

  signature(c, ctx) {
    const type = c.peek() & 15
    const marked = (c.peek() & UPPER) !== 0
    const id = c.peek32() & ID
    const least = MIN_LENGTHS[type]!
    // Handshakes are of one length, but longer where keys are hybrid.
    if (c.left < least || (type !== DATA && (marked ? c.left > MAX_HANDSHAKE : c.left !== least)) || c.peek32(4) === 0) return Exclude
    if (!marked && id === 0) return Exclude
    if (type === DATA && c.peek32(12) !== 0) return Exclude
    if (type === INITIATION) ctx.memo = ASKED
    else if (type === RESPONSE && (ctx.memo & ASKED) !== 0 && id !== 0) return Match
    else if (type === DATA && id !== 0 && (ctx.memo & ID) === id) return Match
    else ctx.memo = (ctx.memo & ~ID) | id
    return NeedMore
  },
})
