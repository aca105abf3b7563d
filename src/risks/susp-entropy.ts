import { risk } from './risk.ts'

export default risk({
  id: 35,
  name: 'Susp Entropy',
  severity: 'Low',
  blame: 'both',
  about: 'What is carried looks encrypted or packed where that is not usual: it may be data on their way out.',
  of: 'any',
  alsoRaised: true,
  check: (flow) => (flow.looksDense && flow.isDecided && !flow.isRecognised ? 'the first bytes look encrypted or packed' : undefined),
})
