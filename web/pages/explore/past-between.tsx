import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { Dimension } from '../../../src/lib/history.ts'
import { FlowSankey } from '../../charts/flow-sankey.tsx'
import { Matrix } from '../../charts/matrix.tsx'
import type { SankeyValue } from '../../charts/sankey-layout.ts'
import { Answered, Empty, Panel } from '../../components/panel.tsx'
import { colourOf, PALETTE_SIZE } from '../../lib/colours.ts'
import { formatBytes, formatCount } from '../../lib/format.ts'
import { t } from '../../lib/messages.ts'
import { useChangeView } from '../../lib/nav.tsx'
import { betweenQuery } from './past.queries.ts'
import { type Folded, type FoldedValue, fold, OTHER, pairs } from './past-fold.ts'
import { narrowed, pickedTerm, valueName } from './past-names.ts'
import { FIELDS_OF, fieldsFor, groupedBy, type PastView } from './past-view.ts'

interface Props {
  readonly id: number | undefined
  readonly view: PastView
}
/** Fields against each other: as bands between their values, or as a map of two of them. */
export default function PastBetween({ id, view }: Props) {
  const change = useChangeView()
  const [least, most] = FIELDS_OF[view.shape]
  const shown = useMemo(() => ({ ...view, by: view.by.slice(0, most) }), [view, most])
  if (shown.by.length < least)
    return (
      <Panel title={t('past.between')}>
        <Empty title={t('past.needsFields')}>
          <p>{t('past.needsFieldsAbout')}</p>
          <button
            type="button"
            className="btn btn-sm btn-outline-secondary"
            onClick={() => change({ by: fieldsFor(view.shape, shown.by).join(',') })}
          >
            {t('past.whoWithWhom')}
          </button>
        </Empty>
      </Panel>
    )
  return <Between id={id} view={shown} isPart={view.by.length > most} />
}

function Between({ id, view, isPart }: Props & { readonly isPart: boolean }) {
  const asked = useQuery(betweenQuery(id, view))
  const { data } = asked
  const drawn = useMemo(() => {
    if (data === undefined) return undefined
    const by = groupedBy(data)
    return { by, folded: fold(data, by.length, view.top) }
  }, [data, view.top])
  const missing = drawn?.folded.missing ?? 0
  const about = t(view.shape === 'matrix' ? 'past.onlyCell' : 'past.onlyThese')
  return (
    <Panel
      title={(drawn?.by ?? view.by).map((one) => t(`past.by.${one}`)).join(view.shape === 'matrix' ? ' × ' : ' → ')}
      label={t('past.between')}
      className="past-between"
      aside={missing > 0 ? t('past.missing', { n: missing }) : isPart ? t('past.firstTwo') : <span className="past-hint">{about}</span>}
    >
      <Answered of={asked} rows={8}>
        {() =>
          drawn === undefined || drawn.folded.rows.length === 0 ? (
            <Empty title={t('past.nothing')}>{t('past.nothingAbout')}</Empty>
          ) : view.shape === 'matrix' ? (
            <PastMatrix view={view} {...drawn} />
          ) : (
            <PastSankey view={view} {...drawn} />
          )
        }
      </Answered>
    </Panel>
  )
}

interface DrawnProps {
  readonly view: PastView
  readonly by: readonly Dimension[]
  readonly folded: Folded
}
const labelOf = (dimension: Dimension, value: FoldedValue) => (value === OTHER ? t('past.other') : valueName(dimension, value))
const amountOf =
  ({ measure }: PastView) =>
  (value: number) =>
    measure === 'bytes' ? formatBytes(value) : formatCount(value)

/** Narrows the view down to these values; undefined where they cannot be said. */
function usePick({ view, by, folded }: DrawnProps) {
  const change = useChangeView()
  return (picked: readonly (readonly [field: number, value: FoldedValue])[]): (() => void) | undefined => {
    const filter = narrowed(
      view.filter,
      picked.map(([field, value]) => pickedTerm(by[field]!, value, folded.fields[field]!.values)),
    )
    return filter === undefined ? undefined : () => change({ filter })
  }
}

const keyOf = (field: number, value: FoldedValue) => JSON.stringify([field, value])
const partsOf = (key: string) => JSON.parse(key) as [number, FoldedValue]

/** What has its colour on every page keeps it; others differ from their neighbours. */
const NAMED: readonly Dimension[] = ['app', 'category']
const colourIn = (dimension: Dimension, label: string, place: number) =>
  NAMED.includes(dimension) ? colourOf(label) : `var(--series-${place % PALETTE_SIZE})`

function PastSankey(props: DrawnProps) {
  const { view, by, folded } = props
  const pick = usePick(props)
  const values = useMemo(
    () =>
      folded.fields.flatMap(({ values }, column) =>
        values.map((value, i): SankeyValue => {
          const label = labelOf(by[column]!, value)
          return {
            key: keyOf(column, value),
            label,
            column,
            colour: value === OTHER ? 'var(--series-other)' : colourIn(by[column]!, label, i),
          }
        }),
      ),
    [folded, by],
  )
  const bands = useMemo(
    () =>
      by
        .slice(1)
        .flatMap((_, i) => pairs(folded, i).map(({ from, to, sum }) => ({ from: keyOf(i, from), to: keyOf(i + 1, to), value: sum }))),
    [folded, by],
  )
  return (
    <FlowSankey
      label={t('past.between')}
      heads={by.map((one) => t(`past.by.${one}`))}
      values={values}
      bands={bands}
      format={amountOf(view)}
      onNode={({ key }) => pick([partsOf(key)])}
      onBand={({ from, to }) => pick([partsOf(from.key), partsOf(to.key)])}
    />
  )
}

function PastMatrix(props: DrawnProps) {
  const { view, by, folded } = props
  const pick = usePick(props)
  const [rows, columns] = folded.fields
  const cells = useMemo(() => new Map(folded.rows.map(({ keys, sum }) => [JSON.stringify(keys), sum])), [folded])
  if (rows === undefined || columns === undefined) return null
  const lines = (field: number, { values, sums }: Folded['fields'][number]) =>
    values.map((value) => ({
      key: keyOf(field, value),
      label: labelOf(by[field]!, value),
      sum: sums.get(value)!,
      isOther: value === OTHER,
      act: pick([[field, value]]),
    }))
  return (
    <Matrix
      label={t('past.between')}
      corner={[t(`past.by.${by[0]!}`), t(`past.by.${by[1]!}`)]}
      rows={lines(0, rows)}
      columns={lines(1, columns)}
      valueAt={(r, c) => cells.get(JSON.stringify([rows.values[r], columns.values[c]])) ?? 0}
      format={amountOf(view)}
      onCell={(r, c) =>
        pick([
          [0, rows.values[r]!],
          [1, columns.values[c]!],
        ])
      }
      total={t('past.total')}
    />
  )
}
