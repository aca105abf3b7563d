import type { Cursor } from '../wire/cursor.ts'
import { Done, dissector, Exclude, Match, num, text } from './dissector.ts'

// What each client tells its network every half minute: one JSON object with these members in any order.
const ID = '"host_int"'
const OTHERS = ['"namespaces"', '"displayname"', '"version"'] as const
const NAME = '"displayname": "'
const SPACES = '"namespaces": ['
const QUOTE = 0x22
const CLOSE = 0x5d
const COMMA = 0x2c

export default dissector({
  name: 'Dropbox',
  category: 'Cloud',
  about: 'The announcement by which clients of Dropbox find each other in a network',
  over: 'udp',
  udpPorts: [17_500],
  firstBytes: [0x7b],
  secondBytes: [0x22],
  minLen: 32,
  fields: { displayName: text('Display name'), namespaces: num('Shared folders') },

  signature(c) {
    return c.find(ID) >= 0 && OTHERS.every((member) => c.find(member) >= 0) ? Match : Exclude
  },

  extract(c, out, ctx) {
    const at = c.find(SPACES)
    if (at >= 0) out.namespaces = itemsIn(c, at + SPACES.length)
    const named = c.find(NAME)
    if (named < 0) return Done
    c.skip(named + NAME.length)
    const length = c.indexOf(QUOTE, 255)
    if (length <= 0) return Done
    out.displayName = c.text(length)
    ctx.info(out.displayName)
    return Done
  },
})

/** Numbers up to the bracket that closes. */
function itemsIn(c: Cursor, at: number): number {
  let items = c.peek(at) === CLOSE ? 0 : 1
  for (let i = at; i < c.left && c.peek(i) !== CLOSE; i++) if (c.peek(i) === COMMA) items++
  return items
}
