import { dissector, Exclude, Match, NeedMore, text } from './dissector.ts'

/** The daemon of a host (port 902, also 903) greets like FTP. */
const GREETING = '220 VMware Authentication Daemon Version '
const MAX_LINE = 300
/** Heartbeats of a host to its vCenter, over UDP. */
const HEARTBEAT = 0xa4
const HEARTBEAT_LEN = 66

export default dissector({
  name: 'VMware',
  category: 'RemoteAccess',
  about: 'Hosts of VMware: the greeting of their authentication daemon; heartbeats by port, size and first byte',
  over: ['tcp', 'udp'],
  udpPorts: [902, 903],
  trialPorts: [902, 903],
  onlyOnPorts: 'udp',
  firstBytes: (byte, over) => byte === (over === 'tcp' ? GREETING.charCodeAt(0) : HEARTBEAT),
  minLen: GREETING.length,
  fields: { version: text('Version') },

  signature(c, ctx) {
    if (ctx.proto === 17) return c.left === HEARTBEAT_LEN ? Match : Exclude
    if (!c.startsWith(GREETING)) return Exclude
    return c.lineLength(MAX_LINE) < 0 && c.left < MAX_LINE ? NeedMore : Match
  },

  extract(c, out, ctx) {
    if (ctx.proto === 17) return
    const length = c.skip(GREETING.length).indexOf(0x3a, 32)
    if (length > 0) out.version = c.text(length)
  },
})
