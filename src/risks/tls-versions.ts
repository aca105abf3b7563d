import type { RiskFlow } from './risk.ts'

/** RFC 8996; SSL by RFC 6176 and RFC 7568. */
const OBSOLETE = ['SSLv2', 'SSLv3', 'TLSv1.0', 'TLSv1.1', 'DTLSv1.0']
export const isObsolete = (version: string | undefined): boolean => version !== undefined && OBSOLETE.includes(version)

/** The client hello was read, and is of a time at which every browser sends a server name and ALPN. */
export function isModernHello(flow: RiskFlow): boolean {
  const newest = flow.texts('versions')[0]
  return newest !== undefined && !isObsolete(newest) && flow.text('ja3') !== ''
}

/** The ends of a call have found each other by ICE, and agree on keys for its media (RFC 5764, RFC 8827): neither a name nor ALPN is due. */
export const isForCall = (flow: RiskFlow): boolean => flow.flag('call')

/** The client names no server, and hides none either. */
export const namesNobody = (flow: RiskFlow): boolean => flow.text('serverName') === '' && !flow.flag('esni') && !flow.flag('ech')
