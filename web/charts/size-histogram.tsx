import { SIZE_CLASSES } from '../../src/lib/live.ts'
import { formatCount, formatExact, formatPercent } from '../lib/format.ts'
import { t } from '../lib/messages.ts'

const nameOf = (i: number): string =>
  i < SIZE_CLASSES.length ? t('sizes.upTo', { n: SIZE_CLASSES[i]! }) : t('sizes.over', { n: SIZE_CLASSES.at(-1)! })

interface Props {
  readonly label: string
  readonly counts: readonly number[]
  readonly colour?: string
  readonly format?: (value: number) => string
}
/** How many packets (or bytes) came in each class of frame size. */
export function SizeHistogram({ label, counts, colour = 'var(--accent)', format = formatCount }: Props) {
  const most = Math.max(1, ...counts)
  const all = counts.reduce((a, b) => a + b, 0)
  return (
    <table className="histogram" aria-label={label}>
      <caption>{label}</caption>
      <thead className="visually-hidden">
        <tr>
          <th scope="col">{t('size.class')}</th>
          <th scope="col">{t('total')}</th>
        </tr>
      </thead>
      <tbody>
        {counts.map((count, i) => (
          <tr key={nameOf(i)} title={`${nameOf(i)} B: ${formatExact(count)} · ${formatPercent(all > 0 ? count / all : 0)}`}>
            <th scope="row" className="num">
              {nameOf(i)}
            </th>
            <td className="histogram-bar">
              <span style={{ width: `${(count / most) * 100}%`, background: colour }} />
            </td>
            <td className="num end-aligned">{count === 0 ? <span className="faint">0</span> : format(count)}</td>
            <td className="num end-aligned faint">{formatPercent(all > 0 ? count / all : 0)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
