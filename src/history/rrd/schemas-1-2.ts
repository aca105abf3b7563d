/** The archives of ntopng 1.2's RRD files, so that what reads those reads ours. */
import { type Archive, layoutOf, type RrdLayout } from './rrd-layout.ts'

const XFF = 0.5
const [ALPHA, BETA, SEASON] = [0.1, 0.0035, 20]
const PREDICTED_ROWS = 1440
/** Defaults of rrdcreate(1): so many violations of so many steps are a failure, and one is further than so many deviations. */
const [WINDOW, THRESHOLD, DELTA] = [9, 7, 2]
const average = (steps: number, rows: number): Archive => ({ cf: 'AVERAGE', steps, rows, xff: XFF })

/** What `RRA:HWPREDICT:1440:0.1:0.0035:20` makes as archives `first` and following. */
function holtWinters(first: number): Archive[] {
  const [predict, seasonal, devSeasonal] = [0, 1, 2].map((i) => ({ count: first + i })) as [
    { count: number },
    { count: number },
    { count: number },
  ]
  const common = { steps: 1, xff: 0 }
  /** The step of a season at which rrdtool would smooth longer ones. */
  const smoothAt = { count: 0 }
  return [
    { ...common, cf: 'HWPREDICT', rows: PREDICTED_ROWS, params: [ALPHA, BETA, seasonal, SEASON] },
    { ...common, cf: 'SEASONAL', rows: SEASON, params: [ALPHA, 0, predict, smoothAt] },
    { ...common, cf: 'DEVSEASONAL', rows: SEASON, params: [ALPHA, 0, predict, smoothAt] },
    { ...common, cf: 'DEVPREDICT', rows: PREDICTED_ROWS, params: [0, 0, devSeasonal] },
    { ...common, cf: 'FAILURES', rows: SEASON, params: [DELTA, DELTA, devSeasonal, { count: WINDOW }, { count: THRESHOLD }] },
  ]
}

function derive(stepS: number, heartbeatS: number, names: readonly string[], averages: readonly Archive[]): RrdLayout {
  return layoutOf({
    stepS,
    sources: names.map((name) => ({ name, type: 'DERIVE', heartbeatS, min: Number.NaN, max: Number.NaN })),
    archives: [...averages, ...holtWinters(averages.length)],
  })
}
const FIVE_MINUTES_S = 300
const EVERY_FIVE_MINUTES = [average(1, 7200), average(12, 2400), average(288, 365)]

/** Bytes or packets of an interface, every second. */
export const INTERFACE_SECONDS = derive(1, 5, ['num'], [average(1, 86_400), average(3600, 2400), average(86_400, 365)])
/** One counter every five minutes; or what a host sent and received. */
export const COUNTER = derive(FIVE_MINUTES_S, 2 * FIVE_MINUTES_S, ['num'], EVERY_FIVE_MINUTES)
export const BOTH_WAYS = derive(FIVE_MINUTES_S, 2 * FIVE_MINUTES_S, ['sent', 'rcvd'], EVERY_FIVE_MINUTES)
