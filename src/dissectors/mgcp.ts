import type { Cursor } from '../wire/cursor.ts'
import { Done, dissector, Exclude, Match, text, u16 } from './dissector.ts'
import { beginsWith } from './words.ts'

// RFC 3435 §3.2.1: 'CRCX 1204 aaln/1@gw.example.net MGCP 1.0'
const VERBS = ['EPCF ', 'CRCX ', 'MDCX ', 'DLCX ', 'RQNT ', 'NTFY ', 'AUEP ', 'AUCX ', 'RSIP ']
const VERSION = ' MGCP 1.'
const GATEWAY_PORT = 2427
const AGENT_PORT = 2727
const MAX_LINE = 512
/** §3.2.1.1 */
const MAX_TRANSACTION_DIGITS = 9

export default dissector({
  name: 'MGCP',
  category: 'VoIP',
  about: 'Media Gateway Control Protocol (RFC 3435): a verb and MGCP 1.0 in the first line; on its ports also answers',
  over: 'udp',
  trialPorts: [GATEWAY_PORT, AGENT_PORT],
  firstBytes: [...new Set(VERBS.map((verb) => verb.charCodeAt(0))), 0x30, 0x31, 0x32, 0x34, 0x35, 0x38],
  minLen: 5,
  fields: { verb: text('Verb'), endpoint: text('Endpoint'), status: u16('Status') },

  signature(c, ctx) {
    if (beginsWith(c, VERBS) >= 0) return c.find(VERSION, Math.max(0, c.lineLength(MAX_LINE))) > 0 ? Match : Exclude
    const usual = [ctx.srcPort, ctx.dstPort].some((port) => port === GATEWAY_PORT || port === AGENT_PORT)
    return usual && isAnswer(c) ? Match : Exclude
  },

  extract(c, out, ctx) {
    if (digits(c, 0) === 3) {
      out.status = Number(c.text(3))
      return Done
    }
    out.verb = c.text(4)
    c.skip(1 + digits(c, 1)).skipSpaces()
    const end = c.indexOf(0x20, MAX_LINE)
    if (end > 0) out.endpoint = c.text(end)
    ctx.info(out.verb, out.endpoint)
    return Done
  },
})

function digits(c: Cursor, ahead: number): number {
  let n = 0
  while (c.peek(ahead + n) >= 0x30 && c.peek(ahead + n) <= 0x39) n++
  return n
}
/** '200 1204 OK' */
function isAnswer(c: Cursor): boolean {
  const transaction = digits(c, 4)
  const behind = c.peek(4 + transaction)
  return (
    digits(c, 0) === 3 &&
    c.peek(3) === 0x20 &&
    transaction > 0 &&
    transaction <= MAX_TRANSACTION_DIGITS &&
    (behind === 0x20 || behind === 0x0d || behind === 0x0a)
  )
}
