import 'uplot/dist/uPlot.min.css'
import { useEffect, useMemo, useRef, useState } from 'react'
import uPlot from 'uplot'
import { formatClock, formatDate } from '../lib/format.ts'
import { t } from '../lib/messages.ts'
import { useShownTheme } from '../lib/theme.ts'
import { bandAt, drawable, stack } from './stack.ts'

export interface ChartSeries {
  readonly name: string
  readonly label: string
  /** A CSS colour, as `var(--series-3)`. */
  readonly colour: string
  readonly values: readonly number[]
}
interface Props {
  /** Epoch milliseconds. */
  readonly times: readonly number[]
  readonly series: readonly ChartSeries[]
  readonly stacked?: boolean
  readonly format: (value: number) => string
  /** What is shown of the time, when not all. */
  readonly range?: readonly [fromMs: number, toMs: number] | undefined
  readonly label: string
  readonly onZoom?: ((fromMs: number, toMs: number) => void) | undefined
  readonly onPick?: ((name: string) => void) | undefined
  /** A click on the graph, with the band under it where they are stacked; the legend goes on to pick. */
  readonly onPoint?: ((ms: number, name?: string) => void) | undefined
  readonly fill?: boolean
  /** What was to be expected of the first series. */
  readonly expected?: { readonly low: readonly number[]; readonly high: readonly number[] } | undefined
}

/** Canvas knows no variables. */
function resolve(colour: string): string {
  const name = /^var\((--[\w-]+)\)$/.exec(colour)?.[1]
  return name === undefined ? colour : getComputedStyle(document.documentElement).getPropertyValue(name).trim() || '#888'
}
const MIN_ZOOM_PX = 6
const MIN_SPAN_S = 2
/** Steps of the time axis: its labels have no fractions of a second. */
const INCREMENTS_S = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400, 172_800, 604_800, 1_209_600, 2_592_000, 5_184_000,
  7_776_000,
]
const FONT = '11px system-ui, sans-serif'

/** Where nothing is known there is a gap. */
const known = (column: readonly number[]): readonly (number | null)[] =>
  column.every(Number.isFinite) ? column : column.map((value) => (Number.isFinite(value) ? value : null))

interface Parts {
  readonly data: uPlot.AlignedData
  readonly columns: readonly (readonly number[])[]
}
function partsOf({ times, series, stacked, expected }: Pick<Props, 'times' | 'series' | 'stacked' | 'expected'>): Parts {
  const drawn = drawable(
    times,
    series.map(({ values }) => values),
  )
  const columns = stacked ? stack(drawn.columns) : drawn.columns
  const band = expected === undefined || times.length === 1 ? [] : [expected.low, expected.high]
  return { data: [drawn.times.map((ms) => ms / 1000), ...[...columns, ...band].map(known)] as unknown as uPlot.AlignedData, columns }
}

/** Lines or stacked bands over time: hover reads the values, a drag zooms, a click picks the band under it. */
export function TimeChart(props: Props) {
  const { series, stacked = false, range, label, format, expected } = props
  const box = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | undefined>(undefined)
  const [hover, setHover] = useState<number | undefined>(undefined)
  const theme = useShownTheme()
  const parts = useMemo(() => partsOf({ times: props.times, series, stacked, expected }), [props.times, series, stacked, expected])
  // The plot's hooks outlive a render: they read what is current from here.
  const now = useRef({ ...props, parts })
  now.current = { ...props, parts }

  const shape = `${theme} ${stacked} ${expected !== undefined} ${series.map(({ name, colour }) => `${name}=${colour}`).join(' ')}`
  // rebuilt only when its shape changes; data and scale are set below.
  useEffect(() => {
    const element = box.current!
    const made = new uPlot(optionsOf(now, setHover, element), now.current.parts.data, element)
    plot.current = made
    const sizes = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: element.clientHeight }))
    sizes.observe(element)
    return () => {
      sizes.disconnect()
      made.destroy()
      plot.current = undefined
    }
  }, [shape])
  const [from, to] = range ?? []
  useEffect(() => {
    const made = plot.current
    if (!made) return
    made.setData(parts.data, false)
    made.setScale('x', scaleX(parts.data[0] as unknown as number[], from, to))
  }, [parts, from, to])

  return (
    <figure className="chart" aria-label={label}>
      <Legend series={series} at={hover} times={props.times} format={format} onPick={props.onPick} />
      <div ref={box} className="chart-canvas" role="img" aria-label={label} />
    </figure>
  )
}

function scaleX(seconds: readonly number[], fromMs?: number, toMs?: number): { min: number; max: number } {
  if (fromMs !== undefined && toMs !== undefined) return { min: fromMs / 1000, max: toMs / 1000 }
  const max = seconds.at(-1) ?? 1
  return { min: Math.min(seconds[0] ?? 0, max - MIN_SPAN_S), max }
}

type Current = React.RefObject<Props & { readonly parts: Parts }>

function optionsOf(now: Current, setHover: (at: number | undefined) => void, element: HTMLElement): uPlot.Options {
  const { series, stacked, expected } = now.current
  const axis = {
    stroke: resolve('var(--text-muted)'),
    font: FONT,
    grid: { stroke: resolve('var(--grid-line)'), width: 1 },
    ticks: { show: false },
  }
  const seconds = now.current.parts.data[0] as unknown as number[]
  return {
    width: element.clientWidth,
    height: element.clientHeight,
    padding: [8, 30, 0, 0],
    legend: { show: false },
    cursor: { points: { show: false }, drag: { x: now.current.onZoom !== undefined, y: false, setScale: false, dist: MIN_ZOOM_PX } },
    scales: {
      x: { time: true, ...scaleX(seconds, ...(now.current.range ?? [])) },
      y: { range: (_, __, max) => [0, max > 0 ? max * 1.06 : 1] },
    },
    axes: [
      { ...axis, space: 70, size: 26, incrs: INCREMENTS_S, values: (_, splits, __, ___, step) => splits.map((s) => clock(s, step)) },
      {
        ...axis,
        space: 34,
        size: 74,
        gap: 6,
        values: (_, splits) => oncePerText(splits.map((v) => (v === 0 ? '0' : isFlat(now.current.parts) ? '' : now.current.format(v)))),
      },
    ],
    series: [
      {},
      ...series.map((one, i) => lineOf(one, stacked ?? false, i === 0, now.current.fill ?? false)),
      ...(expected === undefined ? [] : [EDGE, EDGE]),
    ],
    ...(expected !== undefined && {
      bands: [{ series: [series.length + 2, series.length + 1] as [number, number], fill: bandFill(series[0]!.colour) }],
    }),
    ...(stacked && {
      bands: series.slice(1).map((one, i) => ({ series: [i + 2, i + 1] as [number, number], fill: alpha(resolve(one.colour)) })),
    }),
    hooks: hooksOf(now, setHover),
  }
}

/** Where all is nought, other heights mean nothing. */
const isFlat = ({ columns }: Parts) => columns.every((column) => column.every((value) => !(value > 0)))

/** Rounded figures may come out the same; the label stands at the first. */
const oncePerText = (texts: readonly string[]) => texts.map((text, i) => (text === texts[i - 1] ? '' : text))

/** Of what is expected only the area shows. */
const EDGE: uPlot.Series = { width: 0, points: { show: false } }
const bandFill = (colour: string) => `color-mix(in srgb, ${resolve(colour)} 16%, transparent)`

const alpha = (colour: string) => `color-mix(in srgb, ${colour} 62%, transparent)`

function lineOf({ label, colour }: ChartSeries, stacked: boolean, first: boolean, fill: boolean): uPlot.Series {
  const stroke = resolve(colour)
  return {
    label,
    stroke,
    width: stacked ? 1 : 1.5,
    points: { show: false },
    ...(((stacked && first) || fill) && { fill: stacked ? alpha(stroke) : `color-mix(in srgb, ${stroke} 10%, transparent)` }),
  }
}

const clock = (seconds: number, step: number): string => {
  const text = formatClock(seconds * 1000)
  if (step >= 86_400) return formatDate(seconds * 1000).slice(5)
  return step < 60 ? text : text.slice(0, 5)
}

function hooksOf(now: Current, setHover: (at: number | undefined) => void): uPlot.Hooks.Arrays {
  return {
    setCursor: [(u) => setHover(u.cursor.left === undefined || u.cursor.left < 0 ? undefined : (u.cursor.idx ?? undefined))],
    setSelect: [
      (u) => {
        if (u.select.width < MIN_ZOOM_PX) return
        now.current.onZoom?.(u.posToVal(u.select.left, 'x') * 1000, u.posToVal(u.select.left + u.select.width, 'x') * 1000)
        u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
      },
    ],
    ready: [
      (u) => {
        u.over.addEventListener('click', (event) => {
          const { onPick, onPoint, stacked, parts, series } = now.current
          const at = u.cursor.idx
          if (at === undefined || at === null) return
          const band = stacked ? bandAt(parts.columns, at, u.posToVal(event.offsetY, 'y')) : undefined
          const name = band === undefined ? undefined : series[band]!.name
          if (onPoint) onPoint(parts.data[0]![at]! * 1000, name)
          else if (name !== undefined) onPick?.(name)
        })
      },
    ],
  }
}

const DAY_MS = 86_400_000
/** With its day, where there are several. */
function shownTime(times: readonly number[], index: number): string {
  const ms = times[index]!
  return times.at(-1)! - times[0]! > DAY_MS ? `${formatDate(ms)} ${formatClock(ms).slice(0, 5)}` : formatClock(ms)
}

interface LegendProps {
  readonly series: readonly ChartSeries[]
  readonly times: readonly number[]
  readonly at: number | undefined
  readonly format: (value: number) => string
  readonly onPick?: ((name: string) => void) | undefined
}
function Legend({ series, times, at, format, onPick }: LegendProps) {
  const index = Math.min(at ?? times.length - 1, times.length - 1)
  return (
    <figcaption className="legend">
      <span className="legend-time num">{times[index] === undefined ? '' : shownTime(times, index)}</span>
      {series.map(({ name, label, colour, values }) => {
        const content = (
          <>
            <span className="dot" style={{ background: colour }} />
            <span>{label}</span>
            <span className="num legend-value">{Number.isNaN(values[index]) ? '–' : format(values[index] ?? 0)}</span>
          </>
        )
        return onPick ? (
          <button key={name} type="button" className="legend-item" title={t('legend.pick', { name: label })} onClick={() => onPick(name)}>
            {content}
          </button>
        ) : (
          <span key={name} className="legend-item">
            {content}
          </span>
        )
      })}
    </figcaption>
  )
}
