import { Choice } from '../../components/choice.tsx'
import { RangeFields } from '../../components/range-fields.tsx'
import { t } from '../../lib/messages.ts'
import { useChangeView, useView } from '../../lib/nav.tsx'
import { fixedRange, movingRange, rangeOf, type TimeRange } from '../../lib/time-range.ts'
import { KEPT_SPANS, type KeptSpan, USUAL_SPAN } from './kept-queries.ts'

/** The range in view. */
export const useKeptRange = (): TimeRange<KeptSpan> => rangeOf(useView(), Math.floor(Date.now() / 1000) * 1000, KEPT_SPANS, USUAL_SPAN)

export function KeptControls({ range }: { readonly range: TimeRange<KeptSpan> }) {
  const change = useChangeView()
  return (
    <div className="time-controls">
      <Choice
        label={t('past.range')}
        options={(Object.keys(KEPT_SPANS) as KeptSpan[]).map((value) => ({ value, label: value }))}
        value={(range.span ?? '') as KeptSpan}
        onChange={(span) => change(movingRange(span, USUAL_SPAN))}
      />
      <RangeFields range={range} onChange={(fromMs, toMs) => change(fixedRange(fromMs, toMs))} />
    </div>
  )
}
