import type { Varbind } from 'net-snmp'
import { OPER_STATUS, type OperStatus } from '../../lib/exporters.ts'
import { showable } from '../../lib/text.ts'
import { type SnmpAgent, SnmpError } from './snmp-session.ts'

/** Rows of a table that are taken; more are left out. */
export const MAX_ROWS = 4096
const MAX_INDEX = 0x7fff_ffff
const MAX_NAME = 64
const MAX_ALIAS = 255
const MAX_SPEED_BPS = 1e15
/** Values that one answer brings, as few as fit an Ethernet frame or two. */
const VALUES = 48

/** RFC 2578 §7.1 by their tags. */
const INTEGER = 2
const OCTET_STRING = 4
const COUNTER32 = 65
const GAUGE32 = 66
const TIME_TICKS = 67
const COUNTER64 = 70

const IF_TABLE = '1.3.6.1.2.1.2.2.1'
const IF_X_TABLE = '1.3.6.1.2.1.31.1.1.1'
const SYS_UP_TIME = '1.3.6.1.2.1.1.3.0'
const UNKNOWN_SPEED = 0xffff_ffff

/** An interface as its agent tells of it (RFC 2863). */
export interface AgentInterface {
  readonly ifIndex: number
  readonly name?: string
  readonly alias?: string
  readonly speedBps?: number
  readonly operStatus?: OperStatus
}

/** Octets of an interface, of 64 bits where its agent has them. */
export interface AgentOctets {
  readonly ifIndex: number
  readonly inOctets: number
  readonly outOctets: number
  readonly bits: 32 | 64
}

export async function readInterfaces(agent: SnmpAgent): Promise<AgentInterface[]> {
  const [descr, speed, status, name, highSpeed, alias] = await walk(agent, [
    column(IF_TABLE, 2, (v) => text(v, MAX_NAME)),
    column(IF_TABLE, 5, (v) => number(v, GAUGE32)),
    column(IF_TABLE, 8, (v) => number(v, INTEGER)),
    column(IF_X_TABLE, 1, (v) => text(v, MAX_NAME)),
    column(IF_X_TABLE, 15, (v) => number(v, GAUGE32)),
    column(IF_X_TABLE, 18, (v) => text(v, MAX_ALIAS)),
  ] as const)
  return indexesOf([descr, name, status, speed, highSpeed, alias]).map((ifIndex) => {
    const called = name.get(ifIndex) || descr.get(ifIndex)
    const speedBps = speedOf(speed.get(ifIndex), highSpeed.get(ifIndex))
    const operStatus = OPER_STATUS[(status.get(ifIndex) ?? 0) - 1]
    return {
      ifIndex,
      ...(called && { name: called }),
      ...(alias.get(ifIndex) && { alias: alias.get(ifIndex)! }),
      ...(speedBps !== undefined && { speedBps }),
      ...(operStatus !== undefined && { operStatus }),
    }
  })
}

/** ifSpeed is exact while 32 bits hold it, ifHighSpeed counts millions (RFC 2863 §3.1.7). */
function speedOf(speed: number | undefined, highSpeed: number | undefined): number | undefined {
  if (speed !== undefined && speed > 0 && speed < UNKNOWN_SPEED) return speed
  const speedBps = (highSpeed ?? 0) * 1e6
  return speedBps > 0 && speedBps <= MAX_SPEED_BPS ? speedBps : undefined
}

/** `upTimeMs`: since when the agent counts; undefined: it does not say. */
export async function readOctets(agent: SnmpAgent): Promise<{ upTimeMs: number | undefined; octets: AgentOctets[] }> {
  const [upTime] = await agent.get([SYS_UP_TIME])
  const ticks = upTime === undefined ? undefined : number(upTime, TIME_TICKS)
  const wide = await octetsOf(agent, 64, IF_X_TABLE, 6, 10)
  const octets = wide.length > 0 ? wide : await octetsOf(agent, 32, IF_TABLE, 10, 16)
  return { upTimeMs: ticks === undefined ? undefined : ticks * 10, octets }
}

async function octetsOf(agent: SnmpAgent, bits: 32 | 64, table: string, inColumn: number, outColumn: number): Promise<AgentOctets[]> {
  const read = (v: Varbind) => (bits === 64 ? counter64(v) : number(v, COUNTER32))
  const [ins, outs] = await walk(agent, [column(table, inColumn, read), column(table, outColumn, read)] as const)
  return [...ins].flatMap(([ifIndex, inOctets]) => {
    const outOctets = outs.get(ifIndex)
    return outOctets === undefined ? [] : [{ ifIndex, inOctets, outOctets, bits }]
  })
}

interface Column<T> {
  readonly oid: string
  /** Undefined: it is not of the type that it must have. */
  readonly read: (value: Varbind) => T | undefined
}
const column = <T>(table: string, number: number, read: (value: Varbind) => T | undefined): Column<T> => ({
  oid: `${table}.${number}`,
  read,
})
type Values<C extends readonly Column<unknown>[]> = { -readonly [I in keyof C]: C[I] extends Column<infer T> ? Map<number, T> : never }

/** A column on its way: the last index that came, -1 before the first. */
interface Walked {
  readonly column: Column<unknown>
  readonly values: Map<number, unknown>
  last: number
  rows: number
  done: boolean
}

/**
 * Walks columns of a table of interfaces side by side, by values of index. Ends: each answer must bring at least one column on, upwards, and rows are counted. A
 * column that goes back ends there.
 */
async function walk<const C extends readonly Column<unknown>[]>(agent: SnmpAgent, columns: C): Promise<Values<C>> {
  const walked = columns.map((column): Walked => ({ column, values: new Map(), last: -1, rows: 0, done: false }))
  let values = VALUES
  for (;;) {
    const open = walked.filter(({ done }) => !done)
    if (open.length === 0) break
    try {
      const answer = await agent.bulk(open.map(nextOid), Math.max(1, Math.floor(values / open.length)))
      const steps = open.map((walk, i) => take(walk, answer[i] ?? []))
      if (!steps.includes(true)) break
    } catch (error) {
      if (!(error instanceof SnmpError && error.fault === 'answer too big' && values > open.length)) throw error
      values = Math.floor(values / 2)
    }
  }
  return walked.map(({ values }) => values) as Values<C>
}

const nextOid = ({ column, last }: Walked): string => (last < 0 ? column.oid : `${column.oid}.${last}`)

/** Whether it brought the column on, or to its end. */
function take(walk: Walked, found: readonly Varbind[]): boolean {
  const before = walk.rows
  for (const varbind of found) {
    const index = indexOf(varbind, walk.column.oid)
    if (index <= walk.last || walk.rows === MAX_ROWS) {
      walk.done = true
      break
    }
    walk.last = index
    walk.rows++
    const value = walk.column.read(varbind)
    if (value !== undefined) walk.values.set(index, value)
  }
  return walk.done || walk.rows > before
}

/** -1: of another column, of none, or no index of an interface. */
function indexOf({ oid }: Varbind, column: string): number {
  if (typeof oid !== 'string' || !oid.startsWith(`${column}.`)) return -1
  const rest = oid.slice(column.length + 1)
  const index = /^\d{1,10}$/.test(rest) ? Number(rest) : -1
  return index <= MAX_INDEX ? index : -1
}

function indexesOf(columns: readonly ReadonlyMap<number, unknown>[]): number[] {
  const all = new Set(columns.flatMap((values) => [...values.keys()]))
  return [...all]
    .filter((index) => index > 0)
    .sort((a, b) => a - b)
    .slice(0, MAX_ROWS)
}

const decoder = new TextDecoder()
/** DisplayString and SnmpAdminString, which some agents end with a NUL. */
function text({ type, value }: Varbind, max: number): string | undefined {
  if (type !== OCTET_STRING || !(value instanceof Uint8Array)) return undefined
  const decoded = decoder
    .decode(value.subarray(0, 4 * max))
    .replace(/\0+$/, '')
    .trim()
  const shown = showable(decoded)
  return shown.length > max ? `${shown.slice(0, max - 1)}…` : shown
}

function number({ type, value }: Varbind, wanted: number): number | undefined {
  return type === wanted && typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= UNKNOWN_SPEED ? value : undefined
}

/** Comes as its bytes, a zero in front where the first would be negative. */
function counter64({ type, value }: Varbind): number | undefined {
  if (
    type !== COUNTER64 ||
    !(value instanceof Uint8Array) ||
    value.length === 0 ||
    value.length > 9 ||
    (value.length === 9 && value[0] !== 0)
  )
    return undefined
  let sum = 0
  for (const byte of value) sum = sum * 256 + byte
  return sum
}
