import { dissector, oneOf } from './dissector.ts'

// RFC 7761 §4.9.
const MESSAGES = [
  'hello',
  'register',
  'register-stop',
  'join-prune',
  'bootstrap',
  'assert',
  'graft',
  'graft-ack',
  'candidate-rp',
  'other',
] as const

export default dissector({
  name: 'IP_PIM',
  category: 'Network',
  about: 'Multicast routing (RFC 7761): IP protocol 103',
  ipProtocols: [103],
  fields: { message: oneOf('Message', MESSAGES) },

  extract(c, out) {
    if (c.left > 0) out.message = MESSAGES[c.u8() & 15] ?? 'other'
  },
})
