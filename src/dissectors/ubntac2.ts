import type { Cursor } from '../wire/cursor.ts'
import { dissector, Exclude, Match, text } from './dissector.ts'

// Ubiquiti's discovery: version, command, length of what follows, then parts of type and length. A query has none.
const HEADER_LEN = 4
const PORT = 10_001
const LAST_VERSION = 2
const LAST_COMMAND = 0x0c
const PART_LEN = 3
const LEAST_PARTS = 2
const MAX_PARTS = 64

const TEXTS = { 3: 'firmware', 11: 'host', 12: 'platform', 20: 'model', 21: 'model' } as const

export default dissector({
  name: 'UBNTAC2',
  category: 'Network',
  about: 'Discovery of Ubiquiti devices: version, command and exact length, parts that fill the packet; a query on its port',
  over: 'udp',
  udpPorts: [PORT],
  firstBytes: (byte) => byte >= 1 && byte <= LAST_VERSION,
  secondBytes: (byte) => byte <= LAST_COMMAND,
  minLen: HEADER_LEN,
  fields: { host: text('Host name'), model: text('Model'), platform: text('Platform'), firmware: text('Firmware') },

  signature(c, ctx) {
    if (c.peek() > LAST_VERSION || c.peek(1) > LAST_COMMAND || c.peek16(2) !== c.left - HEADER_LEN) return Exclude
    if (c.left === HEADER_LEN) return ctx.dstPort === PORT || ctx.srcPort === PORT ? Match : Exclude
    return isFilled(c) ? Match : Exclude
  },

  extract(c, out, ctx) {
    c.skip(HEADER_LEN)
    for (let i = 0; i < MAX_PARTS && c.left >= PART_LEN; i++) {
      const name = TEXTS[c.u8() as keyof typeof TEXTS]
      const length = c.u16()
      if (name === undefined || length === 0) c.skip(length)
      else out[name] = c.text(length)
    }
    if (out.model !== undefined) ctx.info(out.model, out.firmware)
  },
})

function isFilled(c: Cursor): boolean {
  let at = HEADER_LEN
  let parts = 0
  while (parts < MAX_PARTS && c.left - at >= PART_LEN) {
    at += PART_LEN + c.peek16(at + 1)
    parts++
  }
  return at === c.left && parts >= LEAST_PARTS
}
