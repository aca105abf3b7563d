import { battleNetVerdict } from './battle-net.ts'
import { dissector } from './dissector.ts'

const PRODUCTS = ['RATS', 'PXES', 'RTSJ', 'RHSS']

export default dissector({
  name: 'Starcraft',
  category: 'Game',
  about: 'StarCraft: the hello to Battle.net with its product',
  over: 'tcp',
  tcpPorts: [1119],
  trialPorts: [6112],
  firstBytes: [1],
  minLen: 1,

  signature: (c) => battleNetVerdict(c, PRODUCTS),
})
