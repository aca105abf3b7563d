import { risk } from './risk.ts'

export default risk({
  id: 35,
  name: 'Susp Entropy',
  severity: 'Low',
  blame: 'both',
  about: 'What is carried looks encrypted or packed where that is not usual: it may be data on their way out.',
  of: 'any',
  given: 'looksDense',
  alsoRaised: true,
  // Random bytes from the client's first on are another risk.
  check(flow) {
    const isUnknown = flow.isDecided && !flow.isRecognised && !flow.looksRandom
    return isUnknown && flow.looksDense ? 'the first bytes look encrypted or packed' : undefined
  },
})
