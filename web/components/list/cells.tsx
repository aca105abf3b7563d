/** How each kind of field is shown in a cell. */
import { memo, type ReactNode } from 'react'
import type { Entity, FieldKind } from '../../../src/lib/fields.ts'
import { Bar } from '../../charts/ranked.tsx'
import { colourOf } from '../../lib/colours.ts'
import { formatBits, formatBytes, formatCount, formatDuration, formatExact, formatRate } from '../../lib/format.ts'
import { t } from '../../lib/messages.ts'
import { showable } from '../../lib/text.ts'
import { RiskCell, RiskName, Score } from '../risks.tsx'
import { When } from '../time.tsx'
import { Cut, Value } from '../value.tsx'
import { fieldOf, type Row } from './columns.ts'

const FORMATS: Partial<Record<FieldKind, (value: number) => string>> = {
  bitsPerSecond: formatBits,
  bytes: formatBytes,
  count: formatCount,
  durationMs: formatDuration,
  packets: formatCount,
  packetsPerSecond: (value) => formatRate(value, 'p'),
  port: String,
}
const EXACT: Partial<Record<FieldKind, (value: number) => string>> = {
  bitsPerSecond: (value) => `${formatExact(value)} bit/s`,
  bytes: (value) => `${formatExact(value)} B`,
  count: formatExact,
  durationMs: (value) => `${value} ms`,
  packets: formatExact,
  packetsPerSecond: (value) => `${formatExact(value)} p/s`,
  port: String,
}
/** A figure or word as text; times need the interface's now and are elements of their own. */
export function formatValue(kind: FieldKind, value: unknown): string {
  if (Array.isArray(value)) return value.join(', ')
  if (value === undefined || value === null || value === '') return ''
  if (typeof value === 'boolean') return t(value ? 'yes' : 'no')
  return typeof value === 'number' ? (FORMATS[kind]?.(value) ?? String(value)) : String(value)
}
export const exactValue = (kind: FieldKind, value: unknown): string =>
  typeof value === 'number' ? (EXACT[kind]?.(value) ?? String(value)) : formatValue(kind, value)

/** Kinds whose values are names of something: a click offers what can be done with it. */
const NAMES: ReadonlySet<FieldKind> = new Set(['address', 'app', 'choice', 'flag', 'id', 'mac', 'number', 'port', 'text'])
export const isName = (kind: FieldKind): boolean => NAMES.has(kind)

interface CellProps {
  readonly entity: Entity
  readonly name: string
  readonly row: Row
  readonly nowMs: number | undefined
  /** The greatest `bytes` of the list: what bars are measured by. */
  readonly most: number
  /** The field alone, without the others that a list shows in the same cell. */
  readonly plain?: boolean
}

/** Whole where there is room; never broken into two lines. */
const Address = ({ text }: { readonly text: string }) => (
  <span className="address">
    <Cut text={text} />
  </span>
)

function End({
  entity,
  row,
  side,
  plain = false,
}: {
  readonly entity: Entity
  readonly row: Row
  readonly side: 'client' | 'server'
  readonly plain?: boolean
}) {
  const address = String(row[side])
  const label = row[`${side}Label`] as string | undefined
  const port = entity === 'flows' ? Number(row[`${side}Port`]) : 0
  const vlan = typeof row['vlan'] === 'number' ? row['vlan'] : undefined
  return (
    <span className="end">
      <Value
        field={side}
        kind="address"
        value={address}
        vlan={vlan}
        tabbable={plain}
        title={label === undefined ? address : `${label} · ${address}`}
      >
        {label === undefined ? <Address text={address} /> : <Cut text={label} title={`${label} · ${address}`} />}
      </Value>
      {port > 0 && (
        <Value field={`${side}Port`} kind="port" value={port} tabbable={plain} className="end-port address faint">
          :{port}
        </Value>
      )}
    </span>
  )
}

const TREND_MARKS = { up: '▲', down: '▼', steady: '' } as const

function Rate({ row }: { readonly row: Row }) {
  const bps = Number(row['bps'])
  const trend = (row['trend'] as keyof typeof TREND_MARKS | undefined) ?? 'steady'
  if (bps === 0) return <span className="faint">–</span>
  return (
    <span title={exactValue('bitsPerSecond', bps)}>
      {formatBits(bps)}
      <span className="trend faint" aria-hidden="true">
        {TREND_MARKS[trend]}
      </span>
    </span>
  )
}

/** Bytes as figure and two-coloured bar. */
function Volume({ row, most }: { readonly row: Row; readonly most: number }) {
  const [up, down] = 'bytesC2s' in row ? [row['bytesC2s'], row['bytesS2c']] : [row['bytesSent'], row['bytesRcvd']]
  const bytes = Number(row['bytes'])
  const title = `${formatExact(bytes)} B${up === undefined ? '' : ` · ↑ ${formatBytes(Number(up))} · ↓ ${formatBytes(Number(down))}`}`
  return (
    <span className="volume" title={title}>
      <Bar
        parts={[
          { value: Number(up ?? bytes), colour: 'var(--sent)' },
          { value: Number(down ?? 0), colour: 'var(--rcvd)' },
        ]}
        of={most}
      />
      <span>{formatBytes(bytes)}</span>
    </span>
  )
}

const STATE_CLASS: Readonly<Record<string, string>> = { reset: 'word-critical', syn: 'word-warning', established: 'word-good' }

type Special = (props: CellProps) => ReactNode
const SPECIAL: Readonly<Record<string, Special>> = {
  score: ({ row }) => <Score score={Number(row['score'])} />,
  risks: ({ row, plain = false }) => {
    const names = row['risks'] as readonly string[]
    return plain ? names.map((name) => <RiskName key={name} name={name} />) : <RiskCell names={names} tabbable={false} />
  },
  interfaces: ({ row, name, plain = false }) => {
    const names = row[name]
    // Of an exporter they are a number.
    if (!Array.isArray(names)) return typeof names === 'number' ? formatCount(names) : null
    return (
      <span className="seen-on" title={names.map(showable).join('\n')}>
        {names.map((one: string) => (
          <Value key={one} field="interface" kind="text" value={one} tabbable={plain} />
        ))}
      </span>
    )
  },
  askedBy: ({ row, name, plain = false }) => {
    const addresses = row[name] as readonly string[]
    return (
      <span className="seen-on" title={addresses.join('\n')}>
        {addresses.map((one) => (
          <Value key={one} field={name} kind="address" value={one} tabbable={plain}>
            <Address text={one} />
          </Value>
        ))}
      </span>
    )
  },
  client: ({ entity, row }) => <End entity={entity} row={row} side="client" />,
  server: ({ entity, row }) => <End entity={entity} row={row} side="server" />,
  bps: ({ row }) => <Rate row={row} />,
  bytes: ({ row, most }) => <Volume row={row} most={most} />,
  tcpState: ({ row, plain = false }) =>
    row['tcpState'] === 'none' ? (
      <span className="faint">–</span>
    ) : (
      <Value
        field="tcpState"
        kind="choice"
        value={String(row['tcpState'])}
        tabbable={plain}
        className={STATE_CLASS[String(row['tcpState'])] ?? ''}
      />
    ),
  app: ({ row, name, plain = false }) => {
    const app = row[name]
    if (typeof app !== 'string') return null
    return (
      <>
        <span className="dot" style={{ background: colourOf(app) }} />
        <Value field={name} kind="app" value={app} tabbable={plain} />
      </>
    )
  },
}

const ENDS = new Set(['client', 'server'])
const MONO: ReadonlySet<FieldKind> = new Set(['address', 'mac', 'id'])

function Plain({ entity, name, row, nowMs, plain = false }: CellProps) {
  const { kind } = fieldOf(entity, name)
  const value = row[name]
  if (value === undefined || value === '') return null
  if (kind === 'timeMs') return <When ms={Number(value)} nowMs={nowMs} />
  if (isName(kind)) {
    const vlan = kind === 'address' && typeof row['vlan'] === 'number' ? row['vlan'] : undefined
    return (
      <Value field={name} kind={kind} value={value as string | number | boolean} vlan={vlan} tabbable={plain}>
        {MONO.has(kind) ? <Address text={String(value)} /> : <Cut text={formatValue(kind, value)} />}
      </Value>
    )
  }
  if (value === 0) return <span className="faint">{formatValue(kind, 0)}</span>
  return <span title={exactValue(kind, value)}>{formatValue(kind, value)}</span>
}

const READS: Readonly<Record<string, readonly string[]>> = {
  client: ['client', 'clientLabel', 'clientPort', 'vlan'],
  server: ['server', 'serverLabel', 'serverPort', 'vlan'],
  bps: ['bps', 'trend'],
  bytes: ['bytes', 'bytesC2s', 'bytesSent'],
}
const sameValue = (a: unknown, b: unknown): boolean => a === b || (Array.isArray(a) && Array.isArray(b) && a.join() === b.join())
/** Drawn again only when what it shows has changed: a second that changes three cells draws three. */
export const Cell = memo(
  function Cell(props: CellProps) {
    const special = SPECIAL[props.name]
    return special && !(props.plain && ENDS.has(props.name)) ? special(props) : <Plain {...props} />
  },
  (a, b) => {
    if (a.name !== b.name || a.entity !== b.entity) return false
    const { kind } = fieldOf(a.entity, a.name)
    if (kind === 'timeMs' && Math.floor((a.nowMs ?? 0) / 1000) !== Math.floor((b.nowMs ?? 0) / 1000)) return false
    if (a.name === 'bytes' && a.most !== b.most) return false
    return (READS[a.name] ?? [a.name]).every((field) => sameValue(a.row[field], b.row[field])) && a.row['vlan'] === b.row['vlan']
  },
)

/** The value that a cell stands for, for the keyboard's menu. */
export function givenOf(entity: Entity, name: string, row: Row) {
  const value = row[name]
  const { kind } = fieldOf(entity, name)
  if (!isName(kind) || value === undefined || value === '') return undefined
  return { field: name, kind, value: value as string | number | boolean, vlan: typeof row['vlan'] === 'number' ? row['vlan'] : undefined }
}
