import { Done, dissector, Exclude, Match, text, u16 } from './dissector.ts'

// RFC 2637 §2: length, type of message, magic cookie, type of control message.
const HEADER_LEN = 12
const CONTROL = 1
const COOKIE = 0x1a2b3c4d
const LAST_TYPE = 15
/** §2.1 and §2.2: starts of the connection, whose names stand behind versions and capabilities. */
const START = 2
const START_LEN = 156
const HOST_NAME_AT = 28
const HOST_NAME_LEN = 64

export default dissector({
  name: 'PPTP',
  category: 'VPN',
  about: 'Point-to-point tunnels: the magic cookie of the control connection',
  over: 'tcp',
  trialPorts: [1723],
  firstBytes: [0],
  minLen: HEADER_LEN,
  fields: { type: u16('Control message'), host: text('Host name') },

  signature(c) {
    const type = c.peek16(8)
    return c.peek32(4) === COOKIE && c.peek16(2) === CONTROL && c.peek16(0) >= HEADER_LEN && type >= 1 && type <= LAST_TYPE
      ? Match
      : Exclude
  },

  extract(c, out) {
    out.type = c.peek16(8)
    if (out.type > START || c.left < START_LEN) return Done
    c.skip(HOST_NAME_AT)
    const length = c.indexOf(0, HOST_NAME_LEN)
    if (length > 0) out.host = c.text(length)
    return Done
  },
})
