import { dissector, Exclude, Match, text } from './dissector.ts'

// WS-Discovery 1.0 and 1.1 (SOAP over UDP): an envelope in XML that names the discovery's own names.
const NAMESPACES = ['schemas.xmlsoap.org/ws/2005/04/discovery', 'docs.oasis-open.org/ws-dd/ns/discovery']
const ACTIONS = ['ProbeMatches', 'ResolveMatches', 'Probe', 'Resolve', 'Hello', 'Bye'] as const
const LOOKED_AT = 2048
const LESS_THAN = 0x3c
/** The mark of byte order that some write before. */
const BYTE_ORDER_MARK = 0xef
const TYPES = 'Types>'

export default dissector({
  name: 'WSD',
  category: 'Network',
  about: 'Discovery of printers, cameras and computers (WS-Discovery): an XML envelope with its namespace',
  over: 'udp',
  udpPorts: [3702],
  firstBytes: [LESS_THAN, BYTE_ORDER_MARK],
  minLen: 64,
  fields: { action: text('Action'), types: text('Types') },

  signature(c) {
    if (c.peek() === BYTE_ORDER_MARK) c.skip(3)
    if (c.peek() !== LESS_THAN) return Exclude
    return NAMESPACES.some((namespace) => c.find(namespace, LOOKED_AT) > 0) ? Match : Exclude
  },

  extract(c, out, ctx) {
    const action = ACTIONS.find((name) => c.find(`discovery/${name}`, LOOKED_AT) > 0)
    if (action !== undefined) ctx.info((out.action = action))
    const at = c.find(TYPES, LOOKED_AT)
    if (at < 0) return
    const length = c.skip(at + TYPES.length).indexOf(LESS_THAN, 256)
    if (length > 0) out.types = c.text(length)
  },
})
