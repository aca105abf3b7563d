import { Done, dissector, Exclude, Match, u8 } from './dissector.ts'

// OMG CORBA 3.3 part 2 §9.4 (GIOP) and §11 (MIOP, over UDP): a mark, versions, flags, kind of message.
const GIOP = 'GIOP'
const MIOP = 'MIOP'
const HEADER_LEN = 12
const LAST_MINOR = 3
const LAST_KIND = 7

export default dissector({
  name: 'Corba',
  category: 'RPC',
  about: 'CORBA: the mark of GIOP (over UDP of MIOP) with a version and kind that exist',
  over: ['tcp', 'udp'],
  firstBytes: [0x47, 0x4d],
  minLen: HEADER_LEN,
  fields: { kind: u8('Message kind') },

  signature(c, ctx) {
    if (ctx.proto !== 6 && c.startsWith(MIOP)) return c.peek(4) === 0x10 ? Match : Exclude
    return c.startsWith(GIOP) && c.peek(4) === 1 && c.peek(5) <= LAST_MINOR && c.peek(7) <= LAST_KIND ? Match : Exclude
  },

  extract(c, out) {
    if (c.startsWith(GIOP)) out.kind = c.peek(7)
    return Done
  },
})
