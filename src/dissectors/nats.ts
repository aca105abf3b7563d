import { Done, dissector, Exclude, Match, NeedMore, text } from './dissector.ts'
import { textAt } from './lines.ts'

/** https://docs.nats.io/reference/reference-protocols/nats-protocol */
const MAX_OPENING = 1024
const FIRSTS = ['INFO {', 'CONNECT {'] as const

export default dissector({
  name: 'Nats',
  category: 'RPC',
  about: 'NATS messaging: INFO of the server or CONNECT of the client with the keys they always have',
  over: 'tcp',
  trialPorts: [4222, 6222],
  firstBytes: [0x49, 0x43],
  minLen: 6,
  fields: { server: text('Server'), version: text('Version') },

  signature(c) {
    const kind = FIRSTS.find((f) => c.startsWith(f.slice(0, Math.min(c.left, f.length))))
    if (kind === undefined) return Exclude
    const found = c.find('"server_id"', MAX_OPENING) >= 0 || c.find('"verbose"', MAX_OPENING) >= 0 || c.find('"pedantic"', MAX_OPENING) >= 0
    if (found) return Match
    return c.left < MAX_OPENING && c.lineLength(MAX_OPENING) < 0 ? NeedMore : Exclude
  },

  extract(c, out) {
    if (!c.startsWith('INFO')) return Done
    const at = (key: string): string => {
      const from = c.find(key, MAX_OPENING) + key.length
      if (from < key.length) return ''
      for (let i = from; i < from + 255; i++) if (c.peek(i) === 0x22) return textAt(c, from, i - from)
      return ''
    }
    out.server = at('"server_name":"') || at('"server_id":"') || undefined
    out.version = at('"version":"') || undefined
    return Done
  },
})
