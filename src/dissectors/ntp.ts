import type { Cursor } from '../wire/cursor.ts'
import { dissector, Exclude, Match, oneOf, text, u8 } from './dissector.ts'
import { ipv4Text } from './dns-message.ts'

const NTP_PORT = 123
const HEADER_LEN = 48
// RFC 5905 figure 10. Modes 6 and 7 (ntpq, ntpdc) have another header; they are told by port 123 alone.
const MODES = ['reserved', 'symmetric-active', 'symmetric-passive', 'client', 'server', 'broadcast', 'control', 'private'] as const
const LAST_PLAIN_MODE = MODES.indexOf('broadcast')
const SERVER = MODES.indexOf('server')
const MAX_STRATUM = 16
/** RFC 5905 §7.3: poll as log2 seconds; 17 is the longest that is sensible. */
const MAX_POLL = 17
/** A precision (log2 seconds, signed) from 2^-32 to 1 s. */
const LEAST_PRECISION = 0xe0
/** Seconds of root delay or dispersion beyond which nothing is synchronised (MAXDISP). */
const MAX_ROOT_SECONDS = 16

export default dissector({
  name: 'NTP',
  category: 'System',
  about: 'Network time: version, mode and stratum in range; off port 123 also poll, precision and root values',
  over: 'udp',
  ports: [NTP_PORT],
  firstBytes: (byte) => isHead(byte),
  minLen: HEADER_LEN,
  fields: {
    version: u8('Version'),
    mode: oneOf('Mode', MODES),
    stratum: u8('Stratum'),
    referenceId: text('Reference ID'),
  },

  signature(c, ctx) {
    const first = c.u8()
    const mode = first & 7
    if (!isHead(first) || c.u8() > MAX_STRATUM) return Exclude
    // Extension fields and keys are of whole words (RFC 5905 §7.5).
    if (ctx.srcPort === NTP_PORT || ctx.dstPort === NTP_PORT) return (ctx.wireLeft & 3) === 0 ? Match : Exclude
    return plausible(c, mode) ? Match : Exclude
  },

  extract(c, out, ctx) {
    const first = c.u8()
    out.version = (first >> 3) & 7
    out.mode = MODES[first & 7]
    const stratum = c.u8()
    out.stratum = stratum
    c.skip(10) // poll, precision, root delay, root dispersion
    // Stratum 0 and 1: four ASCII characters (RFC 5905 figures 12 and 13); above: an IPv4 address or a hash.
    const referenceId = stratum <= 1 ? c.text(4).replace(/[\u2400 ]+$/, '') : ipv4Text(c)
    if (!c.bad && referenceId !== '') out.referenceId = referenceId
    ctx.info(`NTPv${out.version} ${out.mode}`)
  },
})

/** Leap indicator, version 1 to 4, mode. */
const isHead = (byte: number) => ((byte >> 3) & 7) >= 1 && ((byte >> 3) & 7) <= 4 && (byte & 7) >= 1 && (byte & 7) <= LAST_PLAIN_MODE

/** After first byte and stratum; a packet without a key or extension fields. */
function plausible(c: Cursor, mode: number): boolean {
  if (c.left !== HEADER_LEN - 2) return false
  const poll = c.u8()
  const precision = c.u8()
  const rootDelay = c.u16()
  c.skip(2)
  const rootDispersion = c.u16()
  // Seconds since 1900 at the end of the header: a server has always set them; clients may randomise theirs.
  const transmitSeconds = c.peek32(HEADER_LEN - 2 - 8 - 8)
  const timed = mode !== SERVER || transmitSeconds >= 0xbc000000
  return (
    poll <= MAX_POLL &&
    (precision === 0 || precision >= LEAST_PRECISION) &&
    rootDelay < MAX_ROOT_SECONDS &&
    rootDispersion < MAX_ROOT_SECONDS &&
    timed
  )
}
