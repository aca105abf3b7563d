import { Done, dissector, Exclude, Match, oneOf } from './dissector.ts'
import wireguard from './wireguard.ts'

// tailscale.com, package disco: 'TS💬', the sender's key, a nonce, a sealed message.
const DISCO = 0x5453_f09f
const DISCO_REST = 0x92ac
const MIN_DISCO = 6 + 32 + 24 + 16 + 2
const FRAMES = ['disco', 'WireGuard'] as const

export default dissector({
  name: 'Tailscale',
  category: 'VPN',
  about: "Tailscale: the magic of its discovery messages; WireGuard's messages on its port",
  over: 'udp',
  udpPorts: [41_641],
  firstBytes: [0x54, 1, 2, 3, 4],
  minLen: 32,
  fields: { frame: oneOf('First packet', FRAMES) },

  signature(c, ctx) {
    if (c.peek32() === DISCO) return c.peek16(4) === DISCO_REST && c.left >= MIN_DISCO ? Match : Exclude
    if (c.peek() === 0x54 || (ctx.srcPort !== 41_641 && ctx.dstPort !== 41_641)) return Exclude
    return wireguard.signature!(c, ctx)
  },

  extract(c, out) {
    out.frame = c.peek() === 0x54 ? 'disco' : 'WireGuard'
    return Done
  },
})
