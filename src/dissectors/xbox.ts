import { Done, dissector, Exclude, Match, More, oneOf, text } from './dissector.ts'

// The SmartGlass protocol as the OpenXbox project describes it. All begin with kind and length of what is not encrypted.
const PORT = 5050
const DISCOVERY = 0xdd00
const FOUND = 0xdd01
const POWER_ON = 0xdd02
const CONNECT = 0xcc00
const CONNECTED = 0xcc01
const KINDS = ['discovery', 'found', 'power on', 'connect', 'connected'] as const
const KIND_OF: Readonly<Record<number, (typeof KINDS)[number]>> = {
  [DISCOVERY]: 'discovery',
  [FOUND]: 'found',
  [POWER_ON]: 'power on',
  [CONNECT]: 'connect',
  [CONNECTED]: 'connected',
}
const SIMPLE_HEADER_LEN = 6
/** Length of the encrypted part too; then the version. The part is filled up to sixteen bytes, and signed. */
const CONNECT_HEADER_LEN = 8
const SIGNATURE_LEN = 32
const MAX_VERSION = 2
const NAME_LENGTH_AT = 12

export default dissector({
  name: 'Xbox',
  category: 'Game',
  about: 'Xbox consoles and their companion apps (SmartGlass): discovery and connection, whose lengths fit the packet',
  over: 'udp',
  trialPorts: [PORT],
  onlyOnPorts: true,
  firstBytes: [DISCOVERY >> 8, CONNECT >> 8],
  secondBytes: [0, 1, 2],
  minLen: CONNECT_HEADER_LEN,
  fields: { message: oneOf('Message', KINDS), console: text('Console') },

  signature(c) {
    const kind = c.peek16()
    if (KIND_OF[kind] === undefined) return Exclude
    if (kind >= DISCOVERY) return c.left === SIMPLE_HEADER_LEN + c.peek16(2) && c.peek16(4) <= MAX_VERSION ? Match : Exclude
    const encrypted = (c.peek16(4) + 15) & ~15
    return c.left === CONNECT_HEADER_LEN + c.peek16(2) + encrypted + SIGNATURE_LEN && c.peek16(6) <= MAX_VERSION ? Match : Exclude
  },

  extract(c, out, ctx) {
    const kind = c.peek16()
    out.message = KIND_OF[kind]
    if (kind !== FOUND) return kind === DISCOVERY ? More : Done
    out.console = c.skip(NAME_LENGTH_AT).text(c.u16())
    if (!c.bad) ctx.info(out.console)
    return Done
  },
})
