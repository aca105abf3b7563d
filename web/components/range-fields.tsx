import '../styles/time-range.css'
import { useEffect, useState } from 'react'
import { t } from '../lib/messages.ts'
import type { TimeRange } from '../lib/time-range.ts'
import { Icon } from './icons.tsx'

/** In the browser's zone, as its own fields have it. */
const toField = (ms: number) => new Date(ms - new Date(ms).getTimezoneOffset() * 60_000).toISOString().slice(0, 16)

interface Props {
  readonly range: TimeRange
  readonly onChange: (fromMs: number, toMs: number) => void
}
/** From when to when, to be typed, and steps in time. */
export function RangeFields({ range: { fromMs, toMs }, onChange }: Props) {
  const [from, setFrom] = useState(toField(fromMs))
  const [to, setTo] = useState(toField(toMs))
  useEffect(() => {
    setFrom(toField(fromMs))
    setTo(toField(toMs))
  }, [fromMs, toMs])
  const [typedFrom, typedTo] = [Date.parse(from), Date.parse(to)]
  const isChanged = from !== toField(fromMs) || to !== toField(toMs)
  const half = (toMs - fromMs) / 2
  return (
    <form
      className="time-range"
      onSubmit={(event) => {
        event.preventDefault()
        if (typedFrom < typedTo) onChange(typedFrom, typedTo)
      }}
    >
      <span className="time-shifts">
        <Shift icon="left" label={t('past.earlier')} onClick={() => onChange(fromMs - half, toMs - half)} />
        <Shift icon="right" label={t('past.later')} onClick={() => onChange(fromMs + half, toMs + half)} />
        <Shift icon="zoomOut" label={t('past.wider')} onClick={() => onChange(fromMs - half, toMs + half)} />
      </span>
      <Field label={t('past.from')} value={from} onChange={setFrom} />
      <span className="faint">–</span>
      <Field label={t('past.to')} value={to} onChange={setTo} />
      {isChanged && (
        <button type="submit" className="btn btn-sm btn-primary" disabled={!(typedFrom < typedTo)}>
          {t('past.show')}
        </button>
      )}
    </form>
  )
}

const Shift = ({ icon, label, onClick }: { readonly icon: string; readonly label: string; readonly onClick: () => void }) => (
  <button type="button" className="icon-button" title={label} aria-label={label} onClick={onClick}>
    <Icon name={icon} />
  </button>
)
interface FieldProps {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
}
const Field = ({ label, value, onChange }: FieldProps) => (
  <input
    type="datetime-local"
    className="form-control form-control-sm"
    aria-label={label}
    value={value}
    onChange={(event) => onChange(event.target.value)}
  />
)
