import { DIMENSIONS, type Dimension, MAX_DIMENSIONS } from '../../../src/lib/history.ts'
import { Choice } from '../../components/choice.tsx'
import { Icon } from '../../components/icons.tsx'
import { RangeFields } from '../../components/range-fields.tsx'
import { t } from '../../lib/messages.ts'
import { useChangeView } from '../../lib/nav.tsx'
import {
  COMPARED,
  type Compared,
  fieldsFor,
  fixedRange,
  movingRange,
  type PastView,
  SHAPES,
  SHOWN_MEASURES,
  SPANS,
  type Span,
} from './past-view.ts'

const TOPS = [5, 10, 20, 50, 100]

/** When, of what, and how it is drawn. */
export function PastControls({ view }: { readonly view: PastView }) {
  const change = useChangeView()
  return (
    <div className="time-controls">
      <Choice
        label={t('past.range')}
        options={(Object.keys(SPANS) as Span[]).map((value) => ({ value, label: value }))}
        value={(view.span ?? '') as Span}
        onChange={(span) => change(movingRange(span))}
      />
      <RangeFields range={view} onChange={(fromMs, toMs) => change(fixedRange(fromMs, toMs))} />
      <Dimensions by={view.by} onChange={(by) => change({ by: by.length === 0 ? 'none' : by.join(',') })} />
      <span className="past-selects">
        <Select
          label={t('past.measure')}
          value={view.measure}
          options={SHOWN_MEASURES}
          text={(one) => t(`past.${one}`)}
          onChange={(of) => change({ of })}
        />
        <Select
          label={t('past.shape')}
          value={view.shape}
          options={SHAPES}
          text={(one) => t(`past.${one}`)}
          onChange={(shape) => change({ shape, by: fieldsFor(shape, view.by).join(',') || 'none' })}
        />
        <Select
          label={t('past.top')}
          value={String(view.top)}
          options={TOPS.map(String)}
          text={(one) => t('past.topOf', { n: Number(one) })}
          onChange={(top) => change({ top })}
        />
        <Select
          label={t('past.compare')}
          value={view.compared}
          options={Object.keys(COMPARED) as Compared[]}
          text={(one) => t(`past.compare.${one}`)}
          onChange={(compare) => change({ compare: compare === 'none' ? '' : compare })}
        />
      </span>
    </div>
  )
}

interface SelectProps<T extends string> {
  readonly label: string
  readonly value: T
  readonly options: readonly T[]
  readonly text: (one: T) => string
  readonly onChange: (one: T) => void
}
function Select<T extends string>({ label, value, options, text, onChange }: SelectProps<T>) {
  return (
    <label className="past-select" title={label}>
      <span className="visually-hidden">{label}</span>
      <select className="form-select form-select-sm" value={value} onChange={(event) => onChange(event.target.value as T)}>
        {options.map((one) => (
          <option key={one} value={one}>
            {text(one)}
          </option>
        ))}
      </select>
    </label>
  )
}

/** What flows are added up by, in order; each can be taken away. */
function Dimensions({ by, onChange }: { readonly by: readonly Dimension[]; readonly onChange: (by: readonly Dimension[]) => void }) {
  const free = DIMENSIONS.filter((one) => !by.includes(one))
  return (
    <span className="past-dimensions">
      {by.map((one) => (
        <button
          key={one}
          type="button"
          className="past-dimension"
          title={t('past.without', { name: t(`past.by.${one}`) })}
          onClick={() => onChange(by.filter((other) => other !== one))}
        >
          {t(`past.by.${one}`)} <Icon name="close" />
        </button>
      ))}
      {by.length < MAX_DIMENSIONS && (
        <label className="past-select">
          <span className="visually-hidden">{t('past.by')}</span>
          <select className="form-select form-select-sm" value="" onChange={(event) => onChange([...by, event.target.value as Dimension])}>
            <option value="" disabled>
              {t('past.by')}
            </option>
            {free.map((one) => (
              <option key={one} value={one}>
                {t(`past.by.${one}`)}
              </option>
            ))}
          </select>
        </label>
      )}
    </span>
  )
}
