import type { Cursor } from '../wire/cursor.ts'
import { dissector, Exclude, Match, NeedMore, oneOf, text, type Verdict } from './dissector.ts'

// RFC 8175 §10: over UDP a signal: "DLEP", type, length; over TCP a message: type, length. Both hold data items of type and length.
const MAGIC = 'DLEP'
const SIGNALS = ['', 'peer discovery', 'peer offer'] as const
const MESSAGES = [
  '',
  'session initialization',
  'session initialization response',
  'session update',
  'session update response',
  'session termination',
  'session termination response',
  'destination up',
  'destination up response',
  'destination announce',
  'destination announce response',
  'destination down',
  'destination down response',
  'destination update',
  'link characteristics request',
  'link characteristics response',
  'heartbeat',
] as const
const MAX_MESSAGE = 8192
const ITEM_HEADER_LEN = 4
const MAX_ITEMS = 128
const PEER_TYPE = 4
/** Flags, then text. */
const PEER_FLAGS_LEN = 1

export default dissector({
  name: 'DLEP',
  category: 'Network',
  about: 'Radio links told to routers (RFC 8175): signals by their letters, messages on its port by data items that fill them',
  over: ['udp', 'tcp'],
  ports: [854],
  onlyOnPorts: 'tcp',
  firstBytes: (byte, over) => byte === (over === 'udp' ? 0x44 : 0),
  minLen: 4,
  fields: { message: oneOf('Message', [...SIGNALS.slice(1), ...MESSAGES.slice(1)]), peer: text('Peer') },

  signature(c, ctx) {
    if (ctx.proto === 17 && !c.startsWith(MAGIC)) return Exclude
    if (ctx.proto === 17) c.skip(MAGIC.length)
    const known = ctx.proto === 17 ? SIGNALS.length : MESSAGES.length
    const type = c.peek16()
    return type >= 1 && type < known ? items(c, ctx.proto === 17) : Exclude
  },

  extract(c, out, ctx) {
    if (ctx.proto === 17) c.skip(MAGIC.length)
    const type = c.u16()
    out.message = ctx.proto === 17 ? SIGNALS[type] : MESSAGES[type]
    c.enter(c.u16())
    for (let i = 0; i < MAX_ITEMS && c.left >= ITEM_HEADER_LEN; i++) {
      const item = c.u16()
      const length = c.u16()
      if (item === PEER_TYPE && length > PEER_FLAGS_LEN) out.peer = c.skip(PEER_FLAGS_LEN).text(length - PEER_FLAGS_LEN)
      else c.skip(length)
    }
  },
})

function items(c: Cursor, overUdp: boolean): Verdict {
  const length = c.peek16(2)
  c.skip(4)
  if (length > MAX_MESSAGE || (overUdp && length !== c.left)) return Exclude
  if (c.left < length) return NeedMore
  let at = 0
  while (at + ITEM_HEADER_LEN <= length) at += ITEM_HEADER_LEN + c.peek16(at + 2)
  return at === length ? Match : Exclude
}
