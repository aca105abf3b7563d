import type { Entity, ItemOf } from '../lib/fields.ts'
import { RISKS } from '../lib/risks.gen.ts'
import { reasonOf } from '../probe/reason.ts'
import { flowView } from '../tables/views/flow-view.ts'
import { hostView } from '../tables/views/host-view.ts'
import { appView } from '../tables/views/roll-up-view.ts'
import { itemOf, type View } from '../tables/views/view.ts'
import type { Analysis } from './analyze.ts'
import { malformedByName } from './analyze.ts'
import { formatBytes, formatCount, formatDuration } from './units.ts'

const TOP = 10
const INDENT = 6

/** What a person wants to know of a capture first: what it is, who talked, with what, and what was wrong with it. */
export function report({ capture, tables, stats }: Analysis, columns: number, explain = false): string {
  const seconds = (tables.nowMs - tables.firstSeenMs) / 1000
  const malformed = Object.entries(malformedByName(tables)).map(([name, n]) => `${name} ${formatCount(n)}`)
  const lines = [
    capture,
    `  ${formatCount(tables.packets)} packets, ${formatBytes(tables.wireBytes)} on the wire, ${formatDuration(seconds * 1000)}` +
      (tables.packets === 0 ? '' : `, from ${new Date(tables.firstSeenMs).toISOString()}`),
    `  ${formatCount(tables.flows.rows.live)} flows, ${formatCount(tables.hosts.rows.live)} hosts (${formatCount(tables.localHosts)} local), ` +
      `${formatCount(tables.macs.rows.live)} link addresses, ${formatCount(tables.nonIpPackets)} frames without IP`,
    `  TCP: ${formatCount(tables.retransmissions)} retransmissions, ${formatCount(tables.outOfOrder)} out of order, ${formatCount(tables.lost)} lost, ` +
      `${formatCount(tables.zeroWindow)} zero windows`,
  ]
  if (malformed.length > 0) lines.push(`  Malformed: ${malformed.join(', ')}`)
  if (stats.cutShort) lines.push('  The capture is cut short: what came before the cut is counted')
  lines.push('', ...table('Applications', columns, topOf(appView(tables)), ['app', 'category', 'flows', 'packets', 'bytes']))
  const risks = risksOf(tables)
  if (risks.length > 0) lines.push('', ...table('Risks', columns, risks, ['severity', 'risk', 'flows', 'bytes']))
  lines.push('', ...table('Hosts', columns, topOf(hostView(tables)), ['address', 'name', 'flows', 'bytesSent', 'bytesRcvd', 'bytes']))
  const flows = topRows(flowView(tables))
  const names = ['proto', 'client', 'clientPort', 'server', 'serverPort', 'app', 'serverName', 'bytes']
  const [title, head, ...items] = table(
    'Flows',
    columns,
    flows.map((row) => itemOf(flowView(tables), row)),
    names,
  )
  const reasons = flows.map((row) => (explain ? indented(reasonOf(tables, row), columns) : []))
  lines.push('', title!, head!, ...items.flatMap((line, i) => [line, ...(reasons[i] ?? [])]))
  return `${lines.join('\n')}\n\n`
}

const topOf = <E extends Entity>(view: View<E>): ItemOf<E>[] => topRows(view).map((row) => itemOf(view, row))
/** By gravity, then by how many flows have them. */
function risksOf(tables: Analysis['tables']): { severity: string; risk: string; flows: number; bytes: number }[] {
  const view = flowView(tables)
  const found = new Map<string, { flows: number; bytes: number }>()
  for (let row = 0; row < view.used(); row++)
    for (const name of view.isLive(row) ? view.read.risks(row) : []) {
      const of = found.get(name) ?? { flows: 0, bytes: 0 }
      found.set(name, { flows: of.flows + 1, bytes: of.bytes + view.bytes(row) })
    }
  return RISKS.filter(({ name }) => found.has(name))
    .sort((a, b) => b.score - a.score || found.get(b.name)!.flows - found.get(a.name)!.flows)
    .map(({ name, severity }) => ({ severity, risk: name, ...found.get(name)! }))
}

/** The rows with most bytes. */
function topRows(view: View): number[] {
  const top: { row: number; bytes: number }[] = []
  for (let row = 0; row < view.used(); row++) {
    if (!view.isLive(row)) continue
    const bytes = view.bytes(row)
    if (top.length === TOP && bytes <= top[TOP - 1]!.bytes) continue
    const place = top.findIndex((entry) => entry.bytes < bytes)
    top.splice(place < 0 ? top.length : place, 0, { row, bytes })
    top.length = Math.min(top.length, TOP)
  }
  return top.map(({ row }) => row)
}

/** Under the line that it is about, no wider than the terminal. */
function indented(text: string, columns: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= columns - INDENT) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines.map((line) => ' '.repeat(INDENT) + line)
}

const cell = (name: string, value: unknown): string =>
  value === undefined
    ? ''
    : typeof value !== 'number'
      ? String(value)
      : name.startsWith('bytes')
        ? formatBytes(value)
        : name.endsWith('Port')
          ? String(value)
          : formatCount(value)

/** A titled table no wider than the terminal: the widest text column gives way. */
function table(title: string, columns: number, items: readonly object[], names: readonly string[]): string[] {
  if (items.length === 0) return [title, '  none']
  const cells = items.map((item) => names.map((name) => cell(name, (item as Record<string, unknown>)[name])))
  const isNumber = names.map((name) => items.some((item) => typeof (item as Record<string, unknown>)[name] === 'number'))
  const widths = names.map((name, i) => Math.max(name.length, ...cells.map((row) => row[i]!.length)))
  const spare = columns - 2 - 2 * (names.length - 1)
  for (let over = widths.reduce((a, b) => a + b, 0) - spare; over > 0; over--) {
    const widest = widths.indexOf(Math.max(...widths.filter((_, i) => !isNumber[i])))
    if (widest < 0 || widths[widest]! <= 8) break
    widths[widest]! -= 1
  }
  const line = (row: readonly string[]) =>
    `  ${row.map((text, i) => (isNumber[i] ? text.padStart(widths[i]!) : cut(text, widths[i]!).padEnd(widths[i]!))).join('  ')}`.trimEnd()
  return [title, line(names), ...cells.map(line)]
}

const cut = (text: string, width: number) =>
  text.length <= width ? text : `${text.slice(0, Math.ceil((width - 1) / 2))}…${text.slice(text.length - Math.floor((width - 1) / 2))}`
