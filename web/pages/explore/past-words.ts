import { formatRange } from '../../lib/format.ts'
import { t } from '../../lib/messages.ts'
import { showable } from '../../lib/text.ts'
import type { View } from '../../lib/url-state.ts'
import { pastViewOf } from './past-view.ts'

/** A view in a line: what it is grouped by, how it is drawn, when, and its filter. */
export function viewInWords(view: View): string {
  const { by, shape, span, fromMs, toMs, filter } = pastViewOf(view, Date.now())
  const fields = by.length === 0 ? t('past.all') : by.map((one) => t(`past.by.${one}`)).join(', ')
  return [
    fields,
    ...(shape === 'stacked' ? [] : [t(`past.${shape}`)]),
    span ?? formatRange(fromMs, toMs),
    ...(filter === '' ? [] : [showable(filter)]),
  ].join(' · ')
}
