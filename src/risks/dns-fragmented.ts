import { risk } from './risk.ts'

export default risk({
  id: 38,
  name: 'Fragmented DNS Message',
  severity: 'Medium',
  blame: 'both',
  about: 'A DNS message came in pieces, of which false ones can be slipped in: let the server answer within 1,232 bytes or by TCP.',
  of: 'raised',
})
