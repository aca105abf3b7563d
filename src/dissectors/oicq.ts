import { Done, dissector, Exclude, Match, oneOf, u32 } from './dissector.ts'

// OICQ, as QQ's clients speak it over UDP: 2, version, command, sequence, the user's number, what is encrypted, 3.
const BEGIN = 0x02
const END = 0x03
const HEADER_LEN = 11
const COMMANDS: Readonly<Record<number, string>> = {
  1: 'log out',
  2: 'heart beat',
  4: 'set information',
  5: 'search user',
  6: 'get information',
  9: 'add friend',
  10: 'remove friend',
  11: 'add friend with authorization',
  13: 'set status',
  18: 'confirm reading',
  22: 'send message',
  23: 'receive message',
  28: 'remove me',
  29: 'request key',
  33: 'mobile phone',
  34: 'log in',
  38: 'get friends',
  39: 'get friends online',
  41: 'cell phone',
  48: 'group',
  88: 'status',
  98: 'request login token',
  128: 'get notices',
  129: 'friend changes status',
  145: 'touch',
  186: 'check login',
  205: 'message',
  221: 'log in',
}
const NAMES = [...new Set(Object.values(COMMANDS))]
const FIRST_VERSION = 0x0500
const LAST_VERSION = 0x6fff
const FIRST_USER = 10_000

export default dissector({
  name: 'OICQ',
  category: 'Chat',
  about: 'QQ over UDP: begin and end of a packet, a command that exists and the number of a user',
  over: 'udp',
  udpPorts: [8000],
  onlyOnPorts: true,
  firstBytes: [BEGIN],
  minLen: HEADER_LEN + 1,
  fields: { command: oneOf('Command', NAMES), user: u32('User') },

  signature(c) {
    const version = c.peek16(1)
    if (c.peek(c.left - 1) !== END || version < FIRST_VERSION || version > LAST_VERSION) return Exclude
    return COMMANDS[c.peek16(3)] !== undefined && c.peek32(7) >= FIRST_USER ? Match : Exclude
  },

  extract(c, out, ctx) {
    out.command = COMMANDS[c.peek16(3)]
    out.user = c.peek32(7)
    ctx.info(`${out.user}`)
    return Done
  },
})
