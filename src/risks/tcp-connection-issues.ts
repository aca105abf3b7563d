import { TCP_ACK, TCP_FIN, TCP_PSH, TCP_RST, TCP_SYN, TCP_URG } from '../wire/packet.ts'
import { type RiskFlow, risk } from './risk.ts'

export default risk({
  id: 50,
  name: 'TCP Connection Issues',
  severity: 'Medium',
  blame: 'both',
  about: 'The connection was refused, or looks like a scan: a service that is down, a client set up wrongly, or somebody looking around.',
  of: 'any',
  counts: true,
  check: (flow) => (flow.proto === 6 ? issue(flow) : undefined),
})

function issue(flow: RiskFlow): string | undefined {
  const { flagsC2s, flagsS2c, packetsC2s, packetsS2c } = flow
  // Of a sample the flags may have been cut off.
  if (packetsC2s > 0 && flagsC2s === 0 && !flow.isSampled) return 'NULL scan'
  if (packetsS2c === 0 && flagsC2s === TCP_FIN) return 'FIN scan'
  if (packetsS2c === 0 && flagsC2s === (TCP_FIN | TCP_PSH | TCP_URG)) return 'Xmas scan'
  const handshakes = (flagsC2s & TCP_SYN) !== 0
  if (handshakes && (flagsS2c & TCP_RST) !== 0 && (flagsS2c & TCP_SYN) === 0) return 'refused by the server'
  if (handshakes && (flagsC2s & TCP_RST) !== 0 && ((flagsC2s & TCP_ACK) === 0 || (packetsS2c === 0 && (flagsC2s & TCP_PSH) === 0)))
    return 'broken off by the client'
  // The answer to a scan that was not seen, or that was sent under this address.
  if (packetsC2s === 0 && packetsS2c === 1 && (flagsS2c & TCP_RST) !== 0) return 'refused, and nobody has asked'
  return undefined
}
