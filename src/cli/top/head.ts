/** The first four lines: what is looked at, how much comes now, and which table is shown. */
import { type Condition, conditionOf } from '../../lib/condition.ts'
import { formatBits, formatBytes, formatClock, formatCount, formatDate, formatDuration } from '../../lib/format.ts'
import type { InterfaceInfo, Series } from '../../lib/live.ts'
import { plural, spaced, trendArrow } from './cells.ts'
import type { InterfaceEntry } from './interface-rows.ts'
import { type Size, TABS } from './layout.ts'
import { asManyAsFit, fit, type Line, lineWidth, plainText, type Role, span, spread } from './line.ts'
import { spark } from './spark.ts'
import { currentInterface, type Data, listOf, type Rows, rowsOf, type State } from './state.ts'
import { VIEWS } from './views.ts'
import { cutEnd, cutMiddle, safe, textWidth } from './width.ts'

const figure = (label: string, value: string, role: Role = 'strong'): Line => [span(`${label} `, 'dim'), span(value, role)]
const counted = (n: number) => spaced(formatCount(n))
const bits = (n: number) => spaced(formatBits(n))

export function headLines(state: State, data: Data, size: Size): Line[] {
  const { width } = size
  const sparkWidth = Math.max(8, Math.min(60, Math.floor(width / 4)))
  const values = throughput(data.series)
  const [upper, lower] = spark(values, sparkWidth, 2) as [string, string]
  const rest = width - sparkWidth - 2
  const [first, second] = figures(state, data, Math.max(0, ...values.slice(-2 * sparkWidth)))
  return [
    titleLine(state, data, width),
    fit([span(upper, 'spark'), span('  '), ...asManyAsFit(first, rest, '  ')], width),
    fit([span(lower, 'spark'), span('  '), ...asManyAsFit(second, rest, '  ')], width),
    tabsLine(state, data, width),
  ]
}

/** Sent, received and within, added up. */
function throughput(series: Series | undefined): number[] {
  const columns = (series?.columns ?? []).filter(({ name }) => name !== 'packets')
  return (series?.times ?? []).map((_, i) => columns.reduce((sum, { values }) => sum + (values[i] ?? 0), 0))
}

/** Most important first: what has no room is left out at the end. */
function figures(state: State, data: Data, peakBps: number): [Line[], Line[]] {
  const totals = currentInterface(state, data)?.totals
  if (totals === undefined) return [[], []]
  const bad = (n: number): Role => (n > 0 ? 'warn' : 'strong')
  return [
    [
      figure('Now', bits(totals.bps)),
      [span(`↑ ${bits(totals.bpsSent)}`, 'sent')],
      [span(`↓ ${bits(totals.bpsRcvd)}`, 'rcvd')],
      [span(`${trendArrow(totals.trend)} ${totals.trend}`)],
      figure('peak', bits(peakBps)),
      figure('Sent', spaced(formatBytes(totals.bytesSent)), 'sent'),
      figure('received', spaced(formatBytes(totals.bytesRcvd)), 'rcvd'),
    ],
    [
      figure('Packets/s', counted(totals.pps)),
      figure('Hosts', counted(totals.hosts)),
      figure('Flows', counted(totals.flows)),
      figure('Drops', counted(totals.dropped), bad(totals.dropped)),
      figure('Malformed', counted(totals.malformed), bad(totals.malformed)),
      figure('Packets', counted(totals.packets)),
      figure('Retransmissions', counted(totals.tcp.retransmissions)),
      ...(totals.packetsWithoutFlow > 0 ? [figure('Without a flow', counted(totals.packetsWithoutFlow), 'warn')] : []),
    ],
  ]
}

const CONDITIONS: Readonly<Record<Condition, readonly [text: string, role: Role]>> = {
  starting: ['starting', 'dim'],
  running: ['', 'dim'],
  ended: ['read to its end', 'dim'],
  failed: ['failed', 'error'],
  disabled: ['disabled', 'dim'],
  'link-down': ['link down', 'warn'],
  'link-gone': ['gone, picked up again when it returns', 'warn'],
}

function titleLine(state: State, data: Data, width: number): Line {
  const current = currentInterface(state, data)
  const right: Line = [
    ...(state.isPaused ? [span(' PAUSED ', 'selected'), span('  ')] : []),
    span(`${safe(data.origin)}  ${formatClock(data.clockMs)}  every ${spaced(formatDuration(state.intervalMs)).replace('.0', '')}`, 'dim'),
  ]
  const shortRight = state.isPaused ? [span(' PAUSED ', 'selected')] : [span(formatClock(data.clockMs), 'dim')]
  const count = countOf(data, current)
  const left: Line = [
    span('wiretop', 'title'),
    span('  '),
    ...(current === undefined
      ? [span(data.interfaces.length === 0 ? 'no interface yet' : 'this interface is gone: i chooses another', 'dim')]
      : [span(cutMiddle(safe(current.info.name), Math.max(16, Math.floor(width / 3))), 'strong'), ...stateOf(current.info)]),
    ...(count === '' ? [] : [span(`  (${count})`, 'dim')]),
  ]
  if (data.lostSinceMs !== undefined) {
    const since = spaced(formatDuration(Math.max(0, Math.floor((data.clockMs - data.lostSinceMs) / 1000) * 1000))).replace('.0', '')
    const said: Line = [span(`connection lost ${since} ago, trying again`, 'error')]
    return spread(fit(left, Math.max(9, width - lineWidth(said) - 2)), said, width)
  }
  return spread(left, lineWidth(left) + lineWidth(right) + 2 <= width ? right : shortRight, width)
}

/** Which of how many; how all are joined, and what of them is missing. */
function countOf({ interfaces }: Data, current: InterfaceEntry | undefined): string {
  const own = interfaces.filter(({ info }) => info.kind !== 'all').length
  const all = current?.info.all
  if (all !== undefined)
    return `${all.interfaces.length} of ${own}, merged by ${all.rule}${current?.info.failure === undefined ? '' : '; one has failed'}`
  return own > 1 ? `one of ${own}` : ''
}

function stateOf(info: InterfaceInfo): Line {
  const { failure, progress } = info
  const condition = conditionOf(info)
  const [text, role] = CONDITIONS[condition]
  if (condition === 'failed') return [span('  '), span(safe(failure ?? text), role)]
  const part = progress.bytesTotal ? `${Math.floor((100 * progress.bytesRead) / progress.bytesTotal)} % read` : ''
  const said = condition === 'running' ? part : text
  return said === '' ? [] : [span(`  ${said}`, role)]
}

function tabsLine(state: State, data: Data, width: number): Line {
  const tabs = TABS.map(({ name, text }) => span(text, name === state.view ? 'tab' : 'dim'))
  const { filter } = listOf(state)
  const { matching, total } = rowsOf(state, data)
  const rows = filter === '' ? plural(total, 'row') : `${counted(matching)} of ${counted(total)}`
  const room = width - lineWidth(tabs) - 2
  const right: Line =
    filter === ''
      ? [span(rows, 'dim')]
      : [span(`${rows}  `, 'dim'), span(`/ ${cutEnd(safe(filter), Math.max(0, room - textWidth(rows) - 4))}`, 'warn')]
  return spread(tabs, right, width)
}

/** The same for plain text: every figure, in as many lines as it takes. */
export function headText(state: State, data: Data, rows: Rows, shown: number): string[] {
  const current = currentInterface(state, data)
  const { filter } = listOf(state)
  const [first, second] = figures(state, data, Math.max(0, ...throughput(data.series)))
  const name = current === undefined ? 'no interface' : `${safe(current.info.name)}${plainText(stateOf(current.info))}`
  const which = filter === '' ? `${rows.total}` : `${rows.matching} of ${rows.total}`
  return [
    `wiretop  ${name}  ${safe(data.origin)}  ${formatDate(data.clockMs)} ${formatClock(data.clockMs)}`,
    first.map(plainText).join('  '),
    second.map(plainText).join('  '),
    `${VIEWS[state.view].title}: ${which}${shown < rows.matching ? `, the first ${shown}` : ''}${filter === '' ? '' : `, filter: ${safe(filter)}`}`,
  ]
}
