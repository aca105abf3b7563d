import { risk } from './risk.ts'

/** Nobody answers these. */
const ONE_WAY = new Set(['BFD', 'collectd', 'HSRP', 'IPFIX', 'NetFlow', 'RTP', 'SRTP', 'sFlow', 'SSDP', 'Syslog', 'VRRP'])

export default risk({
  id: 46,
  name: 'Unidirectional Traffic',
  severity: 'Low',
  blame: 'both',
  about: 'Only one end speaks: the other is not there, a firewall stands between, or its packets take another way.',
  of: 'any',
  counts: true,
  passing: true,
  check(flow) {
    if (!flow.isSettled || (flow.packetsC2s > 0 && flow.packetsS2c > 0) || flow.toMany || flow.isSampled) return undefined
    if (ONE_WAY.has(flow.master) || ONE_WAY.has(flow.app)) return undefined
    return flow.packetsS2c === 0 ? 'nothing from the server' : 'nothing from the client'
  },
})
