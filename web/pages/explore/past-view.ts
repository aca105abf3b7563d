/** What the page of the past shows, as the URL has it, and what is asked for it. */
import { DIMENSIONS, type Dimension, type FlowAnswer, MAX_DIMENSIONS, type Measure } from '../../../src/lib/history.ts'
import { timeFromUrl, timeToUrl, type View } from '../../lib/url-state.ts'

/** Words for ranges that end now, in milliseconds. */
export const SPANS = {
  '15m': 900_000,
  '1h': 3_600_000,
  '6h': 21_600_000,
  '24h': 86_400_000,
  '7d': 604_800_000,
  '30d': 2_592_000_000,
} as const
export type Span = keyof typeof SPANS
const USUAL_SPAN: Span = '1h'

export const SHAPES = ['stacked', 'lines', 'share', 'sankey', 'matrix'] as const
export type Shape = (typeof SHAPES)[number]
/** Fields that a shape needs at least, and can show at most. */
export const FIELDS_OF: Readonly<Record<Shape, readonly [least: number, most: number]>> = {
  stacked: [0, MAX_DIMENSIONS],
  lines: [0, MAX_DIMENSIONS],
  share: [0, MAX_DIMENSIONS],
  sankey: [2, MAX_DIMENSIONS],
  matrix: [2, 2],
}
/** Those that show fields against each other, not the course of time. */
export const isBetween = (shape: Shape): boolean => FIELDS_OF[shape][0] > 0

const ENDS: Readonly<Partial<Record<Shape, readonly Dimension[]>>> = { sankey: ['client', 'app', 'server'], matrix: ['client', 'server'] }
/** Fields for a shape that needs more of them than were chosen: who with whom. */
export function fieldsFor(shape: Shape, by: readonly Dimension[]): readonly Dimension[] {
  const usual = ENDS[shape]
  if (usual === undefined || by.length >= FIELDS_OF[shape][0]) return by
  if (by.every((one) => usual.includes(one))) return usual
  if (by[0] === 'app' && shape === 'matrix') return ['client', 'app']
  const other = usual.find((one) => !by.includes(one) && (by[0] !== 'server' || one !== 'server'))!
  return by[0]!.startsWith('server') ? [other, ...by] : [...by, by[0]!.startsWith('client') || by[0] === 'host' ? usual.at(-1)! : other]
}
export const SHOWN_MEASURES = ['bytes', 'packets', 'flows'] as const satisfies readonly Measure[]
export type ShownMeasure = (typeof SHOWN_MEASURES)[number]
export const COMPARED = { none: 0, before: -1, day: 86_400_000, week: 604_800_000 } as const
export type Compared = keyof typeof COMPARED

export interface PastView {
  /** A range that moves with now; undefined: `fromMs` and `toMs` were chosen. */
  readonly span: Span | undefined
  readonly fromMs: number
  readonly toMs: number
  readonly filter: string
  readonly by: readonly Dimension[]
  readonly measure: ShownMeasure
  readonly shape: Shape
  readonly top: number
  readonly compared: Compared
}

const USUAL_TOP = 10
const MAX_TOP = 100
const oneOf = <T extends string>(known: readonly T[], text: string | undefined, usual: T): T => known.find((one) => one === text) ?? usual

/** What is wrong in the URL is as if it were not there. A range that moves ends at `nowMs`. */
export function pastViewOf(view: View, nowMs: number): PastView {
  const from = timeFromUrl(view.from)
  const to = timeFromUrl(view.to)
  const isFixed = from !== undefined && to !== undefined && from < to
  const span = oneOf(Object.keys(SPANS) as Span[], view.range, USUAL_SPAN)
  const by = [
    ...new Set((view.by ?? 'app').split(',').filter((word): word is Dimension => (DIMENSIONS as readonly string[]).includes(word))),
  ]
  const top = Number(view.top ?? USUAL_TOP)
  return {
    span: isFixed ? undefined : span,
    fromMs: isFixed ? from : nowMs - SPANS[span],
    toMs: isFixed ? to : nowMs,
    filter: view.filter ?? '',
    by: by.slice(0, MAX_DIMENSIONS),
    measure: oneOf(SHOWN_MEASURES, view.of, 'bytes'),
    shape: oneOf(SHAPES, view.shape, 'stacked'),
    top: Number.isInteger(top) && top >= 1 && top <= MAX_TOP ? top : USUAL_TOP,
    compared: oneOf(Object.keys(COMPARED) as Compared[], view.compare, 'none'),
  }
}

/** The URL of a range that was dragged or typed. */
export const fixedRange = (fromMs: number, toMs: number): View => ({
  range: '',
  from: timeToUrl(fromMs),
  to: timeToUrl(Math.max(fromMs + 1000, toMs)),
})
export const movingRange = (span: Span): View => ({ range: span === USUAL_SPAN ? '' : span, from: '', to: '' })

const STEPS_S = [10, 30, 60, 300, 900, 1800, 3600, 10_800, 21_600, 86_400]
const POINTS = 300
/** Seconds of a step, so that there are not many more than 300. */
export function stepFor({ fromMs, toMs }: Pick<PastView, 'fromMs' | 'toMs'>): number {
  const seconds = (toMs - fromMs) / 1000
  return STEPS_S.find((step) => seconds / step <= POINTS) ?? STEPS_S.at(-1)!
}

/** The range that another is held against. */
export function comparedRange({
  fromMs,
  toMs,
  compared,
}: Pick<PastView, 'compared' | 'fromMs' | 'toMs'>): { fromMs: number; toMs: number } | undefined {
  if (compared === 'none') return undefined
  const back = compared === 'before' ? toMs - fromMs : COMPARED[compared]
  return { fromMs: fromMs - back, toMs: toMs - back }
}

/** What an answer is grouped by: while another one is on its way, that is not what the view says. */
export const groupedBy = ({ columns }: Pick<FlowAnswer, 'columns'>): readonly Dimension[] =>
  columns.filter((name): name is Dimension => (DIMENSIONS as readonly string[]).includes(name))

export interface Course {
  /** Values of the groups; undefined: all others. */
  readonly keys: readonly string[] | undefined
  readonly values: readonly number[]
}
/** Rows of a course of time as columns: every step of the range, nought where nothing passed. Greatest first, all others last. */
export function coursesOf(
  answer: FlowAnswer,
  by: number,
  { fromMs, toMs }: Pick<PastView, 'fromMs' | 'toMs'>,
  stepS: number,
): { times: number[]; courses: Course[] } {
  const stepMs = stepS * 1000
  const first = Math.floor(fromMs / stepMs)
  const steps = Math.max(1, Math.ceil(toMs / stepMs) - first)
  const times = Array.from({ length: steps }, (_, i) => (first + i) * stepMs)
  const courses = new Map<string, { keys: readonly string[] | undefined; values: number[]; sum: number }>()
  for (const row of answer.rows) {
    const keys = row.slice(1, 1 + by)
    const isOther = by > 0 && keys.every((key) => key === null)
    const name = isOther ? '' : JSON.stringify(keys)
    const course = courses.get(name) ?? { keys: isOther ? undefined : keys.map(String), values: new Array<number>(steps).fill(0), sum: 0 }
    courses.set(name, course)
    const step = Math.floor(Number(row[0]) / stepMs) - first
    const value = Number(row[1 + by])
    if (step >= 0 && step < steps) course.values[step]! += value
    course.sum += value
  }
  return {
    times,
    courses: [...courses.values()].sort((a, b) => Number(a.keys === undefined) - Number(b.keys === undefined) || b.sum - a.sum),
  }
}

/** Each step as shares of 100; nought where nothing passed. */
export function shares(columns: readonly (readonly number[])[]): number[][] {
  const sums = (columns[0] ?? []).map((_, i) => columns.reduce((sum, column) => sum + column[i]!, 0))
  return columns.map((column) => column.map((value, i) => (sums[i]! > 0 ? (100 * value) / sums[i]! : 0)))
}
