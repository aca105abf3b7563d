import type { Cursor } from '../wire/cursor.ts'
import { dissector, Exclude, Match, NeedMore, text } from './dissector.ts'

// TiVoConnect automatic machine discovery: lines of name and value, the first with the version. Over TCP a length stands before them.
const FIRST_LINE = 'tivoconnect=1\n'
const LENGTH_LEN = 4
const MAX_PACKET = 8192
const MAX_LINES = 32
const NAMES = ['machine', 'platform', 'identity'] as const

export default dissector({
  name: 'TiVoConnect',
  category: 'Network',
  about: 'Discovery of TiVo recorders: the line that begins every announcement',
  over: ['udp', 'tcp'],
  ports: [2190],
  firstBytes: (byte, over) => (over === 'tcp' ? byte === 0 : byte === 0x54 || byte === 0x74),
  minLen: LENGTH_LEN + FIRST_LINE.length,
  fields: { machine: text('Machine'), platform: text('Platform'), identity: text('Identity') },

  signature(c, ctx) {
    if (ctx.proto === 17) return c.startsWithFold(FIRST_LINE) ? Match : Exclude
    const length = c.peek32()
    if (length < FIRST_LINE.length || length > MAX_PACKET || !c.startsWithFold(FIRST_LINE, LENGTH_LEN)) return Exclude
    return c.left < LENGTH_LEN + length ? NeedMore : Match
  },

  extract(c, out, ctx) {
    if (ctx.proto === 6) c.enter(c.u32())
    for (let i = 0; i < MAX_LINES && c.left > 0; i++) {
      const length = c.indexOf(0x0a, 512)
      if (length < 0) break
      for (const name of NAMES) {
        if (c.startsWithFold(`${name}=`)) out[name] = lineRest(c, name.length + 1, length)
      }
      c.skipLine(512)
    }
    if (out.machine !== undefined) ctx.info(out.machine)
  },
})

function lineRest(c: Cursor, ahead: number, length: number): string {
  const start = c.pos
  const value = c.skip(ahead).text(length - ahead)
  c.seek(start)
  return value
}
