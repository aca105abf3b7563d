import type { Cursor } from '../wire/cursor.ts'
import { Done, dissector, Exclude, Match, NeedMore, oneOf, text } from './dissector.ts'

// SMPP 3.4 §3.2: length, command, status, sequence number.
const HEADER_LEN = 16
const RESPONSE = 0x8000_0000
const COMMANDS: Readonly<Record<number, string>> = {
  1: 'bind_receiver',
  2: 'bind_transmitter',
  3: 'query_sm',
  4: 'submit_sm',
  5: 'deliver_sm',
  6: 'unbind',
  7: 'replace_sm',
  8: 'cancel_sm',
  9: 'bind_transceiver',
  11: 'outbind',
  21: 'enquire_link',
  33: 'submit_multi',
  258: 'alert_notification',
  259: 'data_sm',
}
const GENERIC_NACK = 'generic_nack'
const NAMES = [...Object.values(COMMANDS), GENERIC_NACK]
const BINDS = [1, 2, 9, 11]
const MAX_LENGTH = 65_536
const LAST_STATUS = 0x4ff
const LAST_SEQUENCE = 0x7fff_ffff
/** system_id, with its zero (§5.2.1). */
const MAX_SYSTEM_ID = 16

export default dissector({
  name: 'SMPP',
  category: 'Download',
  about:
    'Short messages between their centre and others: command, status and sequence number that may be, and a length that leads to the next such',
  over: 'tcp',
  trialPorts: [2775, 3550],
  firstBytes: [0],
  secondBytes: [0],
  minLen: HEADER_LEN,
  fields: { command: oneOf('First command', NAMES), systemId: text('System') },

  signature(c) {
    if (!isHeader(c, 0)) return Exclude
    const length = c.peek32()
    if (c.left === length) return Match
    // A bind comes alone and is short.
    if (c.left < length) return length <= 512 ? NeedMore : Exclude
    return c.left < length + HEADER_LEN ? NeedMore : isHeader(c, length) ? Match : Exclude
  },

  extract(c, out, ctx) {
    const command = c.skip(4).u32()
    out.command = commandName(command)
    c.skip(8)
    const end = c.indexOf(0, MAX_SYSTEM_ID)
    if (!BINDS.includes(command & 0xffff) || end <= 0) return Done
    out.systemId = c.text(end)
    ctx.info(out.systemId)
    return Done
  },
})

const commandName = (command: number): string | undefined =>
  command === RESPONSE ? GENERIC_NACK : COMMANDS[command >= RESPONSE ? command - RESPONSE : command]

function isHeader(c: Cursor, at: number): boolean {
  const length = c.peek32(at)
  const command = c.peek32(at + 4)
  const status = c.peek32(at + 8)
  const sequence = c.peek32(at + 12)
  if (length < HEADER_LEN || length > MAX_LENGTH || commandName(command) === undefined) return false
  if (sequence < 1 || sequence > LAST_SEQUENCE) return false
  return command < RESPONSE ? status === 0 : status >= 0 && status <= LAST_STATUS
}
