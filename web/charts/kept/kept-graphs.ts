/** Which graphs there are of what has kept series. */
import type { SeriesKind } from '../../../src/lib/series-points.ts'
import { formatBits, formatCount } from '../../lib/format.ts'
import type { MessageKey } from '../../lib/messages.ts'

/** Values of one step, by metric; NaN where they are not known. */
type Point = (metric: string) => number
export interface KeptLine {
  readonly name: string
  readonly label: MessageKey
  readonly colour: string
  readonly of: (point: Point) => number
}
/** `rate`: of what was counted in a step, what it was a second; `level`: as it was. */
export interface KeptGraph {
  readonly title: MessageKey
  readonly as: 'bits' | 'rate' | 'level'
  readonly lines: readonly KeptLine[]
}

const line = (name: string, label: MessageKey, colour: string, of: KeptLine['of'] = (point) => point(name)): KeptLine => ({
  name,
  label,
  colour,
  of,
})
const BOTH_WAYS: KeptGraph = {
  title: 'throughput',
  as: 'bits',
  lines: [line('bytesSent', 'sent', 'var(--sent)'), line('bytesRcvd', 'received', 'var(--rcvd)')],
}
const CLIENT_SERVER: readonly KeptGraph[] = [
  {
    title: 'throughput',
    as: 'bits',
    lines: [line('bytesC2s', 'kept.c2s', 'var(--sent)'), line('bytesS2c', 'kept.s2c', 'var(--rcvd)')],
  },
  {
    title: 'packetRate',
    as: 'rate',
    lines: [line('packetsC2s', 'kept.c2s', 'var(--sent)'), line('packetsS2c', 'kept.s2c', 'var(--rcvd)')],
  },
]

/** The first of each is what a kind is mostly looked at for. */
export const KEPT_GRAPHS: Readonly<Record<SeriesKind, readonly KeptGraph[]>> = {
  interface: [
    {
      title: 'throughput',
      as: 'bits',
      lines: [
        line('bytes', 'kept.all', 'var(--series-0)'),
        line('bytesSent', 'sent', 'var(--sent)'),
        line('bytesRcvd', 'received', 'var(--rcvd)'),
      ],
    },
    { title: 'kept.peak', as: 'level', lines: [line('peakBps', 'kept.peak', 'var(--series-1)')] },
    { title: 'packetRate', as: 'rate', lines: [line('packets', 'packets', 'var(--series-0)')] },
    {
      title: 'hostsAndFlows',
      as: 'level',
      lines: [line('flows', 'flows', 'var(--series-0)'), line('hosts', 'hosts', 'var(--series-2)')],
    },
  ],
  host: [
    BOTH_WAYS,
    {
      title: 'kept.l4',
      as: 'bits',
      lines: [
        line('tcp', 'kept.tcp', 'var(--series-0)', (point) => point('tcpSent') + point('tcpRcvd')),
        line('udp', 'kept.udp', 'var(--series-1)', (point) => point('udpSent') + point('udpRcvd')),
        line('icmp', 'kept.icmp', 'var(--series-2)', (point) => point('icmpSent') + point('icmpRcvd')),
      ],
    },
    {
      title: 'packetRate',
      as: 'rate',
      lines: [line('packetsSent', 'sent', 'var(--sent)'), line('packetsRcvd', 'received', 'var(--rcvd)')],
    },
    { title: 'flows', as: 'level', lines: [line('flows', 'flows', 'var(--series-0)')] },
  ],
  'host-app': [BOTH_WAYS],
  app: CLIENT_SERVER,
  l4: CLIENT_SERVER,
  vlan: CLIENT_SERVER,
  as: [BOTH_WAYS],
  country: [BOTH_WAYS],
  network: [BOTH_WAYS],
  port: [
    {
      title: 'throughput',
      as: 'bits',
      lines: [line('bytesIn', 'kept.in', 'var(--rcvd)'), line('bytesOut', 'kept.out', 'var(--sent)')],
    },
  ],
  tcp: [
    {
      title: 'tcpSeries',
      as: 'rate',
      lines: [
        line('retransmissions', 'retransmissions', 'var(--series-1)'),
        line('outOfOrder', 'outOfOrder', 'var(--series-6)'),
        line('lost', 'lost', 'var(--series-11)'),
        line('zeroWindow', 'zeroWindow', 'var(--series-10)'),
      ],
    },
  ],
  drops: [
    {
      title: 'lossesSeries',
      as: 'rate',
      lines: [
        line('dropped', 'kept.dropped', 'var(--severity-critical)'),
        line('packetsWithoutFlow', 'kept.refused', 'var(--series-1)'),
        line('hostsRefused', 'kept.hostsRefused', 'var(--series-6)'),
        line('clockSteps', 'kept.clockSteps', 'var(--series-4)'),
      ],
    },
  ],
  alerts: [{ title: 'kept.alerts', as: 'rate', lines: [line('raised', 'kept.alerts', 'var(--severity-warning)')] }],
}

const BITS = 8
/** A value of a step as it is drawn. */
export function drawn({ as }: KeptGraph, value: number, stepMs: number): number {
  if (as === 'level') return value
  return ((as === 'bits' ? BITS : 1) * value * 1000) / stepMs
}
export function formatOf({ as, title }: KeptGraph): (value: number) => string {
  if (as === 'bits' || title === 'kept.peak') return formatBits
  return as === 'rate' ? (value) => `${formatCount(value)}/s` : formatCount
}
