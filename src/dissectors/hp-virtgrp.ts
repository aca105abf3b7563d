import { dissector, Exclude, Match, NeedMore } from './dissector.ts'

// Not published; what is spoken on the port that IANA has given to HP's virtual machine groups, mostly by the push service of Huawei's phones: each message
// is a kind, the length of the whole, and what is encrypted. The answer to a kind is the next one, but for keep-alives.
const HEADER_LEN = 3
/** Kinds with which clients have been seen to begin. */
const OPENINGS = [0x16, 0x25]
/** What `memo` holds: how the client began. */
const SEEN = 0x100

export default dissector({
  name: 'HP_VIRTGRP',
  category: 'Network',
  about: 'Messages pushed to phones: kind and length, answered by the next kind and its length',
  over: 'tcp',
  tcpPorts: [5223],
  onlyOnPorts: true,
  firstBytes: [...OPENINGS, ...OPENINGS.map((kind) => kind + 1)],
  minLen: HEADER_LEN,

  signature(c, ctx) {
    const kind = c.u8()
    if (c.u16() !== c.left + HEADER_LEN) return Exclude
    if (ctx.memo === 0 && ctx.fromClient && OPENINGS.includes(kind)) {
      ctx.memo = SEEN | kind
      return NeedMore
    }
    return !ctx.fromClient && ctx.memo === (SEEN | (kind - 1)) ? Match : Exclude
  },
})
