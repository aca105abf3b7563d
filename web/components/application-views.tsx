import { t } from '../lib/messages.ts'
import { useOpen } from '../lib/nav.tsx'
import { Choice } from './choice.tsx'

const VIEWS = ['applications', 'categories', 'protocols', 'aggregations'] as const
type ApplicationView = (typeof VIEWS)[number]

/** Between what has been seen, and all that can be. */
export function ApplicationViews({ value }: { readonly value: ApplicationView }) {
  const open = useOpen()
  const onChange = (next: ApplicationView) => {
    if (next === 'protocols') open({ to: '/applications/protocols' })
    else if (next === 'aggregations') open({ to: '/aggregations' })
    else open({ to: '/applications', ...(next === 'categories' && { search: { view: next } }) })
  }
  return <Choice label={t('view')} options={VIEWS.map((view) => ({ value: view, label: t(view) }))} value={value} onChange={onChange} />
}
