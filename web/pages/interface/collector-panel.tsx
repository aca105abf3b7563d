import type { CollectorInfo, Totals } from '../../../src/lib/live.ts'
import { Panel } from '../../components/panel.tsx'
import { formatBytes, formatExact } from '../../lib/format.ts'
import { t } from '../../lib/messages.ts'
import { Go } from '../../lib/nav.tsx'
import { showable } from '../../lib/text.ts'
import { Facts, type Row } from './facts.tsx'

/** An endpoint that exporters send to, and how it fares. */
export function CollectorPanel({ collector, totals }: { readonly collector: CollectorInfo; readonly totals: Totals }) {
  return (
    <Panel title={t('collector')}>
      <Facts rows={rowsOf(collector, totals)} />
    </Panel>
  )
}

function rowsOf(c: CollectorInfo, { dropped, packetsWithoutFlow, hostsRefused }: Totals): Row[] {
  const refused = c.sendersRefused + c.exportersRefused
  const warned = (n: number) => <span className={n > 0 ? 'text-warning-strong' : ''}>{formatExact(n)}</span>
  return [
    [
      t('collector.address'),
      <span key="a" className="address">
        {showable(c.address)}
      </span>,
      c.endpoint,
    ],
    [
      t('collector.exporters'),
      <Go key="e" place={{ to: '/exporters' }}>
        {formatExact(c.exporters)}
      </Go>,
    ],
    [t('exporter.datagrams'), formatExact(c.datagrams)],
    [t('collector.records'), formatExact(c.records)],
    [t('collector.drops'), warned(dropped), t('collector.drops.about')],
    ...(c.bufferBytes > 0 ? [[t('collector.buffer'), formatBytes(c.bufferBytes), t('collector.buffer.about')] as const] : []),
    [
      t('collector.refused'),
      warned(refused),
      t('collector.refused.about', { senders: formatExact(c.sendersRefused), exporters: formatExact(c.exportersRefused) }),
    ],
    [t('refused'), formatExact(packetsWithoutFlow + hostsRefused), t('refused.about')],
    [t('collector.repeats'), t(`repeats.${c.repeats}`), t('collector.repeats.about')],
  ]
}
