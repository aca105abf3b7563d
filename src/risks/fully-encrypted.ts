import { risk } from './risk.ts'

export default risk({
  id: 51,
  name: 'Fully Encrypted Flow',
  severity: 'Medium',
  blame: 'both',
  about: 'Nothing but random bytes from the first on, as circumvention tools send (Shadowsocks, VMess, obfs4): see which program it is.',
  of: 'any',
  given: 'looksRandom',
  counts: true,
  check: (flow) => (!flow.isRecognised && flow.looksRandom && flow.isSettled ? 'the first bytes of the client look random' : undefined),
})
