import { Done, dissector, Exclude, Match, NeedMore, oneOf } from './dissector.ts'
import { beginsWith, isPartOf } from './words.ts'

// docs.ceph.com, "msgr2 protocol" and "messenger v1": both ends begin with a banner.
const BANNERS = ['ceph v027', 'ceph v2\n']
const VERSIONS = ['v1', 'v2'] as const

export default dissector({
  name: 'Ceph',
  category: 'DataTransfer',
  about: 'The messenger of the storage cluster Ceph: the banner of either version',
  over: 'tcp',
  tcpPorts: [3300, 6789],
  firstBytes: [0x63],
  secondBytes: [0x65],
  minLen: 7,
  fields: { version: oneOf('Messenger', VERSIONS) },

  signature(c) {
    return beginsWith(c, BANNERS) >= 0 ? Match : isPartOf(c, BANNERS) ? NeedMore : Exclude
  },

  extract(c, out) {
    out.version = VERSIONS[beginsWith(c, BANNERS)]
    return Done
  },
})
