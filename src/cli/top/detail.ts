/** Everything that is known of a flow or a host, as lines of the detail pane. */
import { type Field, type Fields, flowFields, hostFields } from '../../lib/fields.ts'
import { formatExact } from '../../lib/format.ts'
import { type DissectedField, type FlowDetail, type HostDetail, type PortShare, SIZE_CLASSES, type TcpHealth } from '../../lib/live.ts'
import { endText, hostText, plural, shortCell, wholeCell } from './cells.ts'
import { type Line, line, type Role, span } from './line.ts'
import { bar, spark } from './spark.ts'
import type { Detail } from './state.ts'
import { cutMiddle, padEnd, padStart, safe, textWidth, wrap } from './width.ts'

interface Pair {
  readonly label: string
  readonly value: string
  readonly role: Role
}
/** A name and figures beside it. */
interface ShareRow {
  readonly name: string
  readonly sent: number
  readonly rcvd: number
  readonly note: string
}

export function detailLines({ value, nowMs, isGone }: Detail, width: number): Line[] {
  if (value === undefined) return [line('  It has left the tables before anything was known of it.', 'warn')]
  const gone: Line[] = isGone ? [line('It has left the tables; this is what was known at last.', 'warn')] : []
  return [...gone, ...('communityId' in value ? flowLines(value, nowMs, width) : hostLines(value, nowMs, width))]
}

const TWO_COLUMNS_FROM = 110
const COLUMN_GAP = 3

/** Labels and values, in two columns where there is room; a value that is longer than its column goes on in the next line. */
function pairLines(pairs: readonly Pair[], width: number): Line[] {
  const columns = width >= TWO_COLUMNS_FROM ? 2 : 1
  const columnWidth = Math.floor((width - 2 - (columns - 1) * COLUMN_GAP) / columns)
  const labelWidth = pairs.reduce((most, { label }) => Math.max(most, textWidth(label)), 0)
  const valueWidth = Math.max(8, columnWidth - labelWidth - 2)
  const blocks = pairs.map(({ label, value, role }) =>
    wrap(value, valueWidth).map((part, i) => [
      span(`  ${padEnd(i === 0 ? label : '', labelWidth)}  `, 'dim'),
      span(padEnd(part, valueWidth), role),
    ]),
  )
  const all = blocks.flat()
  if (columns === 1) return all
  const half = Math.ceil(all.length / 2)
  return all.slice(0, half).map((left, i) => [...left, span(' '.repeat(COLUMN_GAP - 2)), ...(all[half + i] ?? [])])
}

const pair = (label: string, value: string, role: Role = 'plain'): Pair => ({ label, value, role })
const title = (text: string): Line[] => [[], line(text, 'title')]
const roleOf = (name: string): Role => (/(C2s|Sent|AsClient)$/.test(name) ? 'sent' : /(S2c|Rcvd|AsServer)$/.test(name) ? 'rcvd' : 'plain')

/** All fields of the glossary that the item has, but those in `left`. */
function glossaryPairs(fields: Fields, item: object, nowMs: number, left: readonly string[]): Pair[] {
  return Object.entries(fields).flatMap(([name, field]) => {
    const value = (item as Record<string, unknown>)[name]
    if (field.anyOf !== undefined || left.includes(name) || value === undefined || value === '') return []
    return [pair(field.label, wholeCell(field, value, nowMs), roleOf(name))]
  })
}

function flowLines(flow: FlowDetail, nowMs: number, width: number): Line[] {
  const head = `${safe(flow.proto)}  ${endText(flow.client, flow.clientPort)} → ${endText(flow.server, flow.serverPort)}  ${safe(flow.app)}`
  const bps: Field = flowFields.bps
  const pairs = [
    ...glossaryPairs(flowFields, flow, nowMs, [
      'id',
      'retransmissions',
      'outOfOrder',
      'lost',
      'zeroWindow',
      'risks',
      'score',
      'clientScore',
      'serverScore',
    ]),
    pair('Rate from client', wholeCell(bps, flow.bpsC2s, nowMs), 'sent'),
    pair('Rate from server', wholeCell(bps, flow.bpsS2c, nowMs), 'rcvd'),
    pair('Community ID', safe(flow.communityId)),
    pair('Protocol number', String(flow.protoNumber)),
  ]
  return [
    [span('Flow  ', 'title'), span(head, 'strong')],
    ...wrap(safe(flow.reason), width - 4).map((part) => line(`  ${part}`, 'dim')),
    [],
    ...pairLines(pairs, width),
    ...riskLines(flow, width),
    ...healthLines(flow),
    ...dissectedLines(flow.fields, nowMs, width),
  ]
}

function healthLines({ tcpC2s, tcpS2c }: FlowDetail): Line[] {
  if (tcpC2s === undefined || tcpS2c === undefined) return []
  const said = (health: TcpHealth) =>
    `retransmissions ${formatExact(health.retransmissions)}  out of order ${formatExact(health.outOfOrder)}  lost ${formatExact(health.lost)}  zero window ${formatExact(health.zeroWindow)}`
  return [...title('TCP'), line(`  ↑ ${said(tcpC2s)}`, 'sent'), line(`  ↓ ${said(tcpS2c)}`, 'rcvd')]
}

function riskLines({ risksTold, score }: FlowDetail, width: number): Line[] {
  if (risksTold.length === 0) return []
  return [
    ...title(`Risks  score ${score}`),
    ...risksTold.flatMap(({ name, severity, about, evidence }) => [
      line(`  ${severity}: ${safe(name)}${evidence === undefined ? '' : `  (${safe(evidence)})`}`, severity === 'Low' ? 'plain' : 'warn'),
      ...wrap(about, width - 6).map((part) => line(`    ${part}`, 'dim')),
    ]),
  ]
}

function dissectedLines(fields: readonly DissectedField[], nowMs: number, width: number): Line[] {
  if (fields.length === 0) return []
  const groups = Map.groupBy(fields, ({ protocol }) => protocol)
  return [...groups].flatMap(([protocol, own]) => [
    ...title(safe(protocol)),
    ...pairLines(
      own.map((field) => pair(safe(field.label), dissectedText(field, nowMs))),
      width,
    ),
  ])
}

function dissectedText({ type, value }: DissectedField, nowMs: number): string {
  if (typeof value === 'object') return value.map(safe).join(', ')
  if (type === 'timeMs' && typeof value === 'number') return wholeCell(flowFields.firstSeen, value, nowMs)
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : safe(String(value))
}

function hostLines(host: HostDetail, nowMs: number, width: number): Line[] {
  const names = host.names.map(({ name, from }) => `${safe(name)} (${safe(from)})`).join(', ')
  const pairs = [
    ...glossaryPairs(hostFields, host, nowMs, ['address', 'name']),
    ...(names === '' ? [] : [pair('Names', names)]),
    ...(host.sameMac.length === 0 ? [] : [pair('Same MAC', host.sameMac.map(safe).join(', '))]),
  ]
  const shares = (all: readonly { name: string; bytesSent: number; bytesRcvd: number; flows: number }[]): ShareRow[] =>
    all.map(({ name, bytesSent, bytesRcvd, flows }) => ({
      name: safe(name),
      sent: bytesSent,
      rcvd: bytesRcvd,
      note: flows === 0 ? '' : plural(flows, 'flow'),
    }))
  const ports = (all: readonly PortShare[]): ShareRow[] =>
    all.map(({ port, proto, service, bytes, flows }) => ({
      name: `${port}/${safe(proto)}${service === undefined ? '' : ` ${safe(service)}`}`,
      sent: bytes,
      rcvd: 0,
      note: plural(flows, 'flow'),
    }))
  const peers = host.topPeers.map(({ address, vlan, name, bytesSent, bytesRcvd, apps }) => ({
    name: `${safe(hostText(address, vlan))}${name === undefined ? '' : `  ${safe(name)}`}`,
    sent: bytesSent,
    rcvd: bytesRcvd,
    note: apps
      .slice(0, 4)
      .map(({ app }) => safe(app))
      .join(', '),
  }))
  return [
    [
      span('Host  ', 'title'),
      span(safe(hostText(host.address, host.vlan)), 'strong'),
      span(host.name === undefined ? '' : `  ${safe(host.name)}`),
    ],
    ...courseLines(host, width),
    [],
    ...pairLines(pairs, width),
    ...shareLines('Applications', shares(host.apps), width),
    ...shareLines('Peers', peers, width),
    ...shareLines('Layer-4 protocols', shares(host.l4), width),
    ...shareLines('Ports it serves', ports(host.serverPorts), width, false),
    ...shareLines('Ports it uses', ports(host.clientPorts), width, false),
    ...counterLines(host),
    ...sizeLines(host),
    ...nonIpLines(host),
  ]
}

/** Both directions from first to last seen, in as many columns as there are. */
function courseLines({ series }: HostDetail, width: number): Line[] {
  return (['sent', 'rcvd'] as const).flatMap((name) => {
    const values = series.columns.find((column) => column.name === name)?.values ?? []
    const peak = Math.max(0, ...values)
    const arrow = name === 'sent' ? '↑' : '↓'
    const shown = Math.min(width - 24, Math.ceil(values.length / 2))
    if (values.length < 2 || shown < 1) return []
    return [
      [
        span(`  ${arrow} ${spark(resampled(values, 2 * shown), shown, 1)[0]}`, name),
        span(`  peak ${shortCell(hostFields.bps, peak, 0)} bit/s`, 'dim'),
      ],
    ]
  })
}

/** The largest of each part. */
function resampled(values: readonly number[], count: number): number[] {
  if (values.length <= count) return [...values]
  return Array.from({ length: count }, (_, i) =>
    Math.max(...values.slice(Math.floor((i * values.length) / count), Math.max(1, Math.floor(((i + 1) * values.length) / count)))),
  )
}

const BAR_WIDTH = 12
const BYTES_WIDTH = 6
const NAME_MIN = 16

function shareLines(head: string, rows: readonly ShareRow[], width: number, isTwoWay = true): Line[] {
  if (rows.length === 0) return []
  const most = Math.max(1, ...rows.map(({ sent, rcvd }) => sent + rcvd))
  const fixed = 2 + BAR_WIDTH + 2 * (BYTES_WIDTH + 3) + 4
  const longest = Math.max(NAME_MIN, ...rows.map(({ name }) => textWidth(name)))
  const nameWidth = Math.max(NAME_MIN, Math.min(longest, width - fixed - 12))
  const bytes = (n: number) => padStart(shortCell(hostFields.bytes, n, 0), BYTES_WIDTH)
  return [
    ...title(head),
    ...rows.map(({ name, sent, rcvd, note }) => [
      span(`  ${padEnd(cutMiddle(name, nameWidth), nameWidth)} `),
      span(padEnd(bar((sent + rcvd) / most, BAR_WIDTH), BAR_WIDTH), 'spark'),
      ...(isTwoWay ? [span(` ↑${bytes(sent)}`, 'sent'), span(` ↓${bytes(rcvd)}`, 'rcvd')] : [span(` ${bytes(sent)}`)]),
      span(`  ${note}`, 'dim'),
    ]),
  ]
}

function counterLines({ counters }: HostDetail): Line[] {
  if (counters.length === 0) return []
  const longest = Math.max(...counters.map(({ protocol, label }) => textWidth(`${protocol} ${label}`)))
  const shown = counters.map(({ protocol, label, sent, rcvd }) => [
    span(`  ${padEnd(safe(`${protocol} ${label}`), longest)} `),
    span(` ↑${padStart(formatExact(sent), BYTES_WIDTH)}`, 'sent'),
    span(` ↓${padStart(formatExact(rcvd), BYTES_WIDTH)}`, 'rcvd'),
  ])
  return [...title('Counters'), ...shown]
}

function sizeLines({ sizesSent, sizesRcvd }: HostDetail): Line[] {
  const label = (i: number) => (i < SIZE_CLASSES.length ? `up to ${SIZE_CLASSES[i]}` : `above ${SIZE_CLASSES.at(-1)}`)
  const shown = sizesSent.flatMap((sent, i): Line[] => {
    const rcvd = sizesRcvd[i] ?? 0
    if (sent + rcvd === 0) return []
    return [
      [
        span(`  ${padEnd(label(i), NAME_MIN)} `),
        span(` ↑${padStart(formatExact(sent), BYTES_WIDTH)}`, 'sent'),
        span(` ↓${padStart(formatExact(rcvd), BYTES_WIDTH)}`, 'rcvd'),
      ],
    ]
  })
  return shown.length === 0 ? [] : [...title('Packets by size in bytes'), ...shown]
}

function nonIpLines({ nonIp }: HostDetail): Line[] {
  if (nonIp.length === 0) return []
  const said = nonIp.map(
    ({ source, destination, ethertype, bytes, packets }) =>
      `  ${safe(source)} → ${safe(destination)}  ${safe(ethertype)}  ${plural(packets, 'packet')}, ${plural(bytes, 'byte')}`,
  )
  return [...title('Without IP'), ...said.map((text) => line(text))]
}
