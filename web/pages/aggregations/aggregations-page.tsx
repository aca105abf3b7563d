import type { AGGREGATION_KINDS } from '../../../src/lib/aggregations.ts'
import { ApplicationViews } from '../../components/application-views.tsx'
import { Choice } from '../../components/choice.tsx'
import { t } from '../../lib/messages.ts'
import { useChangeView, useView } from '../../lib/nav.tsx'
import { NamesAsked } from './names-asked.tsx'

const ALL = 'all'
const KINDS = [ALL, 'domain', 'system', 'client', 'server', 'registrar'] as const satisfies readonly (
  | (typeof AGGREGATION_KINDS)[number]
  | typeof ALL
)[]

export default function AggregationsPage() {
  const { of } = useView()
  const change = useChangeView()
  const kind = KINDS.find((one) => one === of) ?? ALL
  return (
    <NamesAsked
      title={t('aggregations')}
      {...(kind !== ALL && { base: `kind = ${kind}` })}
      aside={
        <>
          <ApplicationViews value="aggregations" />
          <Choice
            label={t('aggregations.kind')}
            options={KINDS.map((value) => ({ value, label: t(`aggregations.${value}`) }))}
            value={kind}
            onChange={(next) => change({ of: next === ALL ? '' : next, row: '' })}
          />
        </>
      }
    />
  )
}
