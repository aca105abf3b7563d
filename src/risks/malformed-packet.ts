import { risk } from './risk.ts'

export default risk({
  id: 17,
  name: 'Malformed Packet',
  severity: 'Low',
  blame: 'both',
  about: 'A packet breaks the rules of its protocol: a faulty program, damage on the way, or an attempt to confuse the receiver.',
  of: 'raised',
})
