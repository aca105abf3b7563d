import type { AllInfo } from '../../../src/lib/live.ts'
import { StateDot } from '../../components/condition.tsx'
import { Panel } from '../../components/panel.tsx'
import { Cut } from '../../components/value.tsx'
import { useLive } from '../../lib/live-store.ts'
import { t } from '../../lib/messages.ts'
import { Go, places } from '../../lib/nav.tsx'
import { Facts, type Row } from './facts.tsx'

/** Which interfaces are joined, and how. */
export function AllPanel({ all }: { readonly all: AllInfo }) {
  const entries = useLive((state) => state.entries)
  const joined = entries.filter(({ info }) => all.interfaces.includes(info.id))
  const rows: readonly Row[] = [
    [t('all.rule'), t(`all.rule.${all.rule}`), t(`all.rule.${all.rule}.about`)],
    ...joined.map(
      ({ info }, i): Row => [
        i === 0 ? t('all.joined') : '',
        <Go key={info.id} place={places.interface(info.id)}>
          <StateDot info={info} /> <Cut text={info.name} />
        </Go>,
      ],
    ),
  ]
  return (
    <Panel title={t('all.panel')}>
      <Facts rows={rows} />
      <p className="panel-pad faint">{t('all.about')}</p>
    </Panel>
  )
}
