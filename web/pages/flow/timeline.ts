/** What is known of how a flow went, in the order in which it happened. */
import type { FlowDetail } from '../../../src/lib/live.ts'
import { formatDuration } from '../../lib/format.ts'
import { t } from '../../lib/messages.ts'

export interface Moment {
  readonly key: string
  /** After the first packet; absent when the moment is not known. */
  readonly afterMs?: number
  readonly text: string
  readonly level: 'plain' | 'good' | 'warning' | 'critical'
}

const LEVELS: Readonly<Record<string, Moment['level']>> = { established: 'good', reset: 'critical', syn: 'warning' }

function handshake({ serverLatency, clientLatency }: FlowDetail): Moment[] {
  const moments: Moment[] = []
  if (serverLatency !== undefined)
    moments.push({
      key: 'server',
      afterMs: serverLatency,
      text: t('timeline.handshakeServer', { duration: formatDuration(serverLatency) }),
      level: 'plain',
    })
  if (clientLatency !== undefined)
    moments.push({
      key: 'client',
      afterMs: (serverLatency ?? 0) + clientLatency,
      text: t('timeline.handshakeClient', { duration: formatDuration(clientLatency) }),
      level: 'plain',
    })
  return moments
}

function trouble({ retransmissions, outOfOrder, lost, zeroWindow }: FlowDetail): Moment[] {
  const moments: Moment[] = []
  if (retransmissions + outOfOrder + lost > 0)
    moments.push({ key: 'trouble', text: t('timeline.trouble', { n: retransmissions, ooo: outOfOrder, lost }), level: 'warning' })
  if (zeroWindow > 0) moments.push({ key: 'window', text: t('timeline.zeroWindow', { n: zeroWindow }), level: 'warning' })
  return moments
}

export function timelineOf(flow: FlowDetail): readonly Moment[] {
  const { serverName, duration, tcpState } = flow
  return [
    { key: 'first', afterMs: 0, text: t('timeline.first'), level: 'plain' },
    ...handshake(flow),
    ...(serverName === undefined ? [] : [{ key: 'request', text: t('timeline.request', { name: serverName }), level: 'plain' } as const]),
    ...trouble(flow),
    { key: 'last', afterMs: duration, text: t('timeline.last'), level: 'plain' },
    ...(tcpState === 'none'
      ? []
      : [{ key: 'state', text: t('timeline.state', { state: tcpState }), level: LEVELS[tcpState] ?? 'plain' } as const]),
  ]
}
