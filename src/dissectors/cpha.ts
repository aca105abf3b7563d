import { dissector, Exclude, Match, u16 } from './dissector.ts'

/** Check Point's cluster control protocol: magic, version, cluster, operation, source interface, random id, source and destination machine. */
const MAGIC = 0x1a90
const HEADER_LEN = 20
const LAST_OPERATION = 15

export default dissector({
  name: 'CPHA',
  category: 'Network',
  about: 'Members of a Check Point cluster: magic, version and operation, on its port',
  over: 'udp',
  udpPorts: [8116],
  onlyOnPorts: true,
  firstBytes: [MAGIC >> 8],
  secondBytes: [MAGIC & 0xff],
  minLen: HEADER_LEN,
  fields: { version: u16('Version'), cluster: u16('Cluster'), operation: u16('Operation') },

  signature: (c) => (c.peek16() === MAGIC && c.peek16(2) !== 0 && c.peek16(6) <= LAST_OPERATION ? Match : Exclude),

  extract(c, out) {
    out.version = c.skip(2).u16()
    out.cluster = c.u16()
    out.operation = c.u16()
  },
})
