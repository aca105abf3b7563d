import { Done, dissector, Exclude, Match, NeedMore, text } from './dissector.ts'

/** The tinc manual, "The meta-protocol": `0 name 17`, with a minor version since 1.1. */
const MAX_ID = 80
/** Data goes over UDP, to the port that is listened on over TCP too; for as long as nobody has sent any it is awaited. */
const AWAIT_S = 600
const ID = /^0 [A-Za-z0-9_]{1,64} 17(\.\d{1,2})?$/

export default dissector({
  name: 'TINC',
  category: 'VPN',
  about: 'The tinc mesh: the line in which each end says its name and version, and the tunnel over UDP to the same port',
  over: 'tcp',
  tcpPorts: [655],
  firstBytes: [0x30],
  minLen: 7,
  fields: { peer: text('Peer') },

  signature(c) {
    if (c.peek() !== 0x30 || c.peek(1) !== 0x20) return Exclude
    const length = c.indexOf(0x0a, MAX_ID)
    if (length < 0) return c.left < MAX_ID ? NeedMore : Exclude
    const pos = c.pos
    const line = c.text(length)
    c.seek(pos)
    return ID.test(line) ? Match : Exclude
  },

  extract(c, out, ctx) {
    out.peer = c.skip(2).text(Math.max(0, c.indexOf(0x20, MAX_ID)))
    ctx.info(out.peer)
    // The tunnel goes to the same port over UDP, from that of the other daemon.
    ctx.expectAt('udp', 'server', ctx.fromClient ? ctx.dstPort : ctx.srcPort, 'TINC', AWAIT_S)
    return Done
  },
})
