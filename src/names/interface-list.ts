import type { RuleFault } from '../lib/custom-rules.ts'
import type { KnownInterface } from '../lib/exporters.ts'
import { showable } from '../lib/text.ts'
import { formatAddress, parseAddress } from '../wire/address.ts'

/** What users say of the interfaces of their exporters, by address as formatAddress writes it. */
export type InterfaceList = ReadonlyMap<string, readonly KnownInterface[]>

export interface ParsedInterfaceList {
  readonly interfaces: InterfaceList
  /** The first MAX_FAULTS. */
  readonly faults: readonly RuleFault[]
}

const MAX_LINE = 4096
const MAX_ROWS = 262_144
const MAX_OF_EXPORTER = 4096
const MAX_FAULTS = 1000
const MAX_NAME = 64
const MAX_ALIAS = 255
const MAX_INDEX = 0xffff_ffff
const MAX_SPEED_BPS = 1e15

const COLUMNS = ['address', 'index', 'name', 'alias', 'speed'] as const
type Column = (typeof COLUMNS)[number]
/** Words of a first line that names the columns. */
const HEADS: Readonly<Record<string, Column>> = {
  exporter: 'address',
  address: 'address',
  device: 'address',
  router: 'address',
  ip: 'address',
  ifindex: 'index',
  index: 'index',
  snmpindex: 'index',
  name: 'name',
  ifname: 'name',
  interface: 'name',
  alias: 'alias',
  ifalias: 'alias',
  description: 'alias',
  speed: 'speed',
  ifspeed: 'speed',
}

interface Field {
  readonly text: string
  /** Of its first character, from 1. */
  readonly column: number
}
class Fault {
  readonly column: number
  readonly message: string
  constructor(column: number, message: string) {
    this.column = column
    this.message = message
  }
}

/**
 * Reads a list of interfaces, RFC 4180 with lines that begin with # left out: exporter's address, ifIndex, name, alias, speed; the last three may be empty or absent.
 * A first line may name the columns in another order; they are parted by the first of comma, semicolon and tab that it has. A line with a fault is left out, and the others hold.
 */
export function parseInterfaceList(file: string, text: string): ParsedInterfaceList {
  return new ListReader(file).read(text)
}

class ListReader {
  private readonly file: string
  private readonly interfaces = new Map<string, KnownInterface[]>()
  private readonly seen = new Set<string>()
  private readonly faults: RuleFault[] = []
  private separator = ''
  private columns: readonly (Column | undefined)[] = COLUMNS

  constructor(file: string) {
    this.file = file
  }

  read(text: string): ParsedInterfaceList {
    let line = 0
    for (let at = 0; at < text.length && this.faults.length < MAX_FAULTS; ) {
      const newline = text.indexOf('\n', at)
      const end = newline < 0 ? text.length : newline
      const fault = this.line(text.slice(at, end).replace(line === 0 ? /^\ufeff|\r$/g : /\r$/, ''))
      line++
      if (fault !== undefined) this.faults.push({ file: this.file, line, column: fault.column, message: fault.message })
      at = end + 1
    }
    return { interfaces: this.interfaces, faults: this.faults }
  }

  private line(line: string): Fault | undefined {
    if (line.trim() === '' || line.trimStart().startsWith('#')) return undefined
    if (line.length > MAX_LINE) return new Fault(MAX_LINE + 1, `longer than ${MAX_LINE} characters`)
    const isFirst = this.separator === ''
    if (isFirst) this.separator = /[,;\t]/.exec(line)?.[0] ?? ','
    const fields = fieldsOf(line, this.separator)
    if (fields instanceof Fault) return fields
    if (isFirst && isHead(fields)) return this.head(fields)
    return this.row(fields)
  }

  private head(fields: readonly Field[]): Fault | undefined {
    this.columns = fields.map(({ text }) => HEADS[headWord(text)])
    const lacking = (['address', 'index'] as const).find((column) => !this.columns.includes(column))
    return lacking && new Fault(1, `no column for the ${lacking === 'address' ? 'address of the exporter' : 'ifIndex'}`)
  }

  private row(fields: readonly Field[]): Fault | undefined {
    const of = (column: Column): Field => fields[this.columns.indexOf(column)] ?? { text: '', column: 1 }
    const words = parseAddress(of('address').text)
    if (words === undefined) return new Fault(of('address').column, `${shown(of('address'))} is no address of an exporter`)
    const ifIndex = /^\d{1,10}$/.test(of('index').text) ? Number(of('index').text) : 0
    if (ifIndex < 1 || ifIndex > MAX_INDEX)
      return new Fault(of('index').column, `${shown(of('index'))} is no ifIndex: give a number from 1`)
    const speedBps = of('speed').text === '' ? undefined : parseSpeed(of('speed').text)
    if (Number.isNaN(speedBps))
      return new Fault(of('speed').column, `${shown(of('speed'))} is no speed: give bits a second, as 1G, 100M or 64000`)
    const name = showable(of('name').text)
    const alias = showable(of('alias').text)
    if (of('name').text.length > MAX_NAME) return new Fault(of('name').column, `a name of more than ${MAX_NAME} characters`)
    if (of('alias').text.length > MAX_ALIAS) return new Fault(of('alias').column, `an alias of more than ${MAX_ALIAS} characters`)
    const known = {
      ifIndex,
      ...(name && { name }),
      ...(alias && { alias }),
      ...(speedBps !== undefined && { speedBps }),
      namedBy: 'csv',
    } as const
    return this.add(formatAddress(...words), known, of('index').column)
  }

  private add(address: string, known: KnownInterface, column: number): Fault | undefined {
    const key = `${address} ${known.ifIndex}`
    if (this.seen.has(key)) return new Fault(column, `interface ${known.ifIndex} of ${address} for the second time: the first holds`)
    if (this.seen.size === MAX_ROWS) return new Fault(1, `more than ${MAX_ROWS} interfaces`)
    const list = this.interfaces.get(address) ?? []
    if (list.length === MAX_OF_EXPORTER) return new Fault(column, `more than ${MAX_OF_EXPORTER} interfaces of ${address}`)
    this.seen.add(key)
    list.push(known)
    this.interfaces.set(address, list)
    return undefined
  }
}

const shown = ({ text }: Field): string => (text === '' ? 'nothing' : text.slice(0, MAX_NAME))
const headWord = (text: string): string => text.toLowerCase().replace(/[^a-z]/g, '')
const isHead = (fields: readonly Field[]): boolean =>
  fields.some(({ text }) => Object.hasOwn(HEADS, headWord(text))) && fields.every(({ text }) => parseAddress(text) === undefined)

/** Quoted fields may hold separators, and quotes doubled; blanks around a field count for nothing. */
function fieldsOf(line: string, separator: string): Field[] | Fault {
  const fields: Field[] = []
  let at = 0
  for (;;) {
    while (line[at] === ' ') at++
    const column = at + 1
    const field = line[at] === '"' ? quoted(line, at) : undefined
    if (field instanceof Fault) return field
    let end = field?.end ?? line.indexOf(separator, at)
    if (end < 0) end = line.length
    while (field !== undefined && line[end] === ' ') end++
    if (field !== undefined && end < line.length && line[end] !== separator)
      return new Fault(end + 1, 'something stands behind a closing quote')
    fields.push({ text: field?.text ?? line.slice(at, end).trimEnd(), column })
    if (end === line.length) return fields
    at = end + 1
  }
}

function quoted(line: string, from: number): { text: string; end: number } | Fault {
  let text = ''
  for (let at = from + 1; ; ) {
    const quote = line.indexOf('"', at)
    if (quote < 0) return new Fault(from + 1, 'a quote that is not closed in its line')
    text += line.slice(at, quote)
    if (line[quote + 1] !== '"') return { text: text.trim(), end: quote + 1 }
    text += '"'
    at = quote + 2
  }
}

const POWERS: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12 }

/** `1G`, `2.5 Gbit/s`, `64000`: bits a second, powers of 1000 as lines are sold; NaN when it is none. */
export function parseSpeed(text: string): number {
  const m = /^(\d{1,15}(?:\.\d{1,6})?)\s*([kmgt]?)(?:b|bps|bit|bit\/s|bits\/s)?$/i.exec(text)
  const speedBps = m === null ? Number.NaN : Math.round(Number(m[1]) * POWERS[m[2]!.toLowerCase()]!)
  return speedBps >= 1 && speedBps <= MAX_SPEED_BPS ? speedBps : Number.NaN
}
