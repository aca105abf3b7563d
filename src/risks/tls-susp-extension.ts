import { risk } from './risk.ts'

export default risk({
  id: 33,
  name: 'TLS Susp Extn',
  severity: 'High',
  blame: 'client',
  about: 'An extension of the hello holds what it may not, such as a server name of unprintable bytes: data hidden in it, or an attack.',
  of: 'raised',
})
