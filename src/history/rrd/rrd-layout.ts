/**
 * What an RRD file of version 0003 looks like, as rrdtool writes it on 64-bit little-endian machines: a head that never changes, the state of its arithmetic, and
 * rows of doubles. Everything lies on 8 bytes, so the state is worked on where it lies.
 */

export const DS_TYPES = ['GAUGE', 'COUNTER', 'DERIVE', 'ABSOLUTE'] as const
export type DsType = (typeof DS_TYPES)[number]
export const CONSOLIDATIONS = ['AVERAGE', 'MIN', 'MAX', 'LAST', 'HWPREDICT', 'SEASONAL', 'DEVSEASONAL', 'DEVPREDICT', 'FAILURES'] as const
export type Consolidation = (typeof CONSOLIDATIONS)[number]

export interface DataSource {
  /** 1 to 19 characters of [a-zA-Z0-9_-]. */
  readonly name: string
  readonly type: DsType
  readonly heartbeatS: number
  /** NaN: no bound. */
  readonly min: number
  readonly max: number
}
/** A parameter of an archive: a double, or a whole number in an integer's bits. */
export type Param = number | { readonly count: number }
export interface Archive {
  readonly cf: Consolidation
  readonly rows: number
  /** Steps that make one row. */
  readonly steps: number
  /** How much of a row may be unknown. */
  readonly xff: number
  /** After xff, in the order of the file; left out: zeros. */
  readonly params?: readonly Param[]
}
export interface RrdSchema {
  readonly stepS: number
  readonly sources: readonly DataSource[]
  readonly archives: readonly Archive[]
}

const MAGIC = 'RRD'
const VERSION = '0003'
/** Says whether doubles and their places are as here. */
const COOKIE = 8.642135e130
const VERSION_AT = 4
const COOKIE_AT = 16
const COUNTS_AT = 24
const STAT_LEN = 128
const NAME_LEN = 20
const DEF_LEN = 120
const ROWS_AT = 24
const PARAMS_AT = 40
const PARAMS = 10
export const WORD = 8
const LIVE_LEN = 16
const PDP_LEN = 112
const CDP_LEN = 80
/** Text of the latest value of a data source. */
export const LAST_DS_LEN = 30
const MAX_SOURCES = 1024
const MAX_ARCHIVES = 1024
/** A larger file is not one of ours. */
const MAX_FILE_BYTES = 2 ** 40

/** Words of the state of a source's running step, and of an archive's running row for a source. */
export const PDP_WORDS = PDP_LEN / WORD
export const CDP_WORDS = CDP_LEN / WORD
/** Places within them. */
export const PDP_UNKNOWN_S = 4
export const PDP_VALUE = 5
export const CDP_VALUE = 0
export const CDP_UNKNOWN = 1
export const CDP_INTERCEPT = 2
export const CDP_LAST_INTERCEPT = 3
export const CDP_SLOPE = 4
export const CDP_LAST_SLOPE = 5
export const CDP_NULLS = 6
export const CDP_LAST_NULLS = 7
export const CDP_PRIMARY = 8
export const CDP_SECONDARY = 9
/** Of seasonal archives, where others have the intercept and count nulls. */
export const CDP_SEASONAL = CDP_INTERCEPT
export const CDP_LAST_SEASONAL = CDP_LAST_INTERCEPT
export const CDP_SEASONS = CDP_NULLS

/** An archive, and where it lies. */
export interface PlacedArchive extends Archive {
  /** Byte of its first row in the file. */
  readonly at: number
  /** Where it has few rows. */
  readonly block?: Block
  /** The archive that it depends on (of Holt-Winters ones). */
  readonly dependsOn: number
  /** Parameters as doubles, and as whole numbers. */
  readonly numbers: Float64Array
  readonly counts: readonly number[]
}

/** Archives of few rows (seasons, failures) that lie beside each other in the file: they are read and written together. */
export interface Block {
  readonly at: number
  words: number
}

/** Where everything lies; files of the same schema share it. */
export interface RrdLayout {
  readonly stepS: number
  readonly sources: readonly DataSource[]
  readonly archives: readonly PlacedArchive[]
  /** The bytes that never change. */
  readonly head: Uint8Array
  /** Bytes before the first row, and of the whole file. */
  readonly headerBytes: number
  readonly fileBytes: number
  readonly stateBytes: number
  /** Words of the state at which sources, archives and the archives' current rows begin. */
  readonly pdpAt: number
  readonly cdpAt: number
  readonly rowsAt: number
}

const DEPENDS_ON = 3
/** rrdtool smooths longer ones, over a twentieth of their length. */
const MAX_SEASON = 39

function placed({ sources, archives, stepS }: RrdSchema, head: Uint8Array): RrdLayout {
  const pdpAt = LIVE_LEN / WORD
  const cdpAt = pdpAt + sources.length * PDP_WORDS
  const rowsAt = cdpAt + sources.length * archives.length * CDP_WORDS
  const stateBytes = WORD * (rowsAt + archives.length)
  const headerBytes = head.length + stateBytes
  const view = viewOf(head)
  let at = headerBytes
  let block: Block | undefined
  const places = archives.map((archive, a): PlacedArchive => {
    const params = Array.from({ length: PARAMS }, (_, p) => archiveAt(sources.length, a) + PARAMS_AT + WORD * p)
    const counts = params.map((place) => Number(view.getBigUint64(place, true)))
    const numbers = Float64Array.from(params, (place) => view.getFloat64(place, true))
    const words = sources.length * archive.rows
    if (archive.rows > MAX_SEASON) block = undefined
    else if (block === undefined) block = { at, words }
    else block.words += words
    const place = { ...archive, at, numbers, counts, dependsOn: counts[DEPENDS_ON]!, ...(block && { block }) }
    at += WORD * words
    return place
  })
  return { stepS, sources, archives: places, head, headerBytes, fileBytes: at, pdpAt, cdpAt, rowsAt, stateBytes }
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
const sourceAt = (source: number): number => STAT_LEN + DEF_LEN * source
const archiveAt = (sources: number, archive: number): number => sourceAt(sources + archive)

/** Of a file to be made. */
export function layoutOf(schema: RrdSchema): RrdLayout {
  const { sources, archives, stepS } = schema
  const head = new Uint8Array(archiveAt(sources.length, archives.length))
  const view = viewOf(head)
  putText(head, 0, MAGIC)
  putText(head, VERSION_AT, VERSION)
  view.setFloat64(COOKIE_AT, COOKIE, true)
  const whole = (at: number, count: number) => view.setBigUint64(at, BigInt(count), true)
  for (const [i, count] of [sources.length, archives.length, stepS].entries()) whole(COUNTS_AT + WORD * i, count)
  for (const [i, { name, type, heartbeatS, min, max }] of sources.entries()) {
    putText(head, sourceAt(i), name)
    putText(head, sourceAt(i) + NAME_LEN, type)
    whole(sourceAt(i) + PARAMS_AT, heartbeatS)
    view.setFloat64(sourceAt(i) + PARAMS_AT + WORD, min, true)
    view.setFloat64(sourceAt(i) + PARAMS_AT + 2 * WORD, max, true)
  }
  for (const [a, { cf, rows, steps, xff, params = [] }] of archives.entries()) {
    const at = archiveAt(sources.length, a)
    putText(head, at, cf)
    whole(at + ROWS_AT, rows)
    whole(at + ROWS_AT + WORD, steps)
    for (const [p, param] of [xff, ...params].entries())
      if (typeof param === 'number') view.setFloat64(at + PARAMS_AT + WORD * p, param, true)
      else whole(at + PARAMS_AT + WORD * p, param.count)
  }
  return placed(schema, head)
}

const DAMAGED = 'its head is damaged'

function countsOf(head: Uint8Array): [sources: number, archives: number, stepS: number] {
  const view = viewOf(head)
  const at = (i: number) => Number(view.getBigUint64(COUNTS_AT + WORD * i, true))
  return [at(0), at(1), at(2)]
}

/** Length of the head that these first bytes begin (128 are enough); or why the file cannot be worked with. */
export function headLength(first: Uint8Array): number | string {
  if (first.length < STAT_LEN || textAt(first, 0, VERSION_AT) !== MAGIC) return 'it is no RRD file'
  const version = textAt(first, VERSION_AT, VERSION.length + 1)
  if (version !== VERSION) return `it is an RRD file of version ${JSON.stringify(version)}, not ${VERSION}`
  if (viewOf(first).getFloat64(COOKIE_AT, true) !== COOKIE) return 'it is an RRD file of another kind of machine'
  const [sources, archives, stepS] = countsOf(first)
  if (!isWithin(sources, MAX_SOURCES) || !isWithin(archives, MAX_ARCHIVES) || !isWithin(stepS, 2 ** 31)) return DAMAGED
  return archiveAt(sources, archives)
}
const isWithin = (n: number, most: number) => n >= 1 && n <= most

/** Of a whole head; or why the file cannot be worked with. */
export function readLayout(head: Uint8Array): RrdLayout | string {
  const view = viewOf(head)
  const [sourceCount, archiveCount, stepS] = countsOf(head)
  const sources: DataSource[] = []
  for (let i = 0; i < sourceCount; i++) {
    const at = sourceAt(i)
    const kind = textAt(head, at + NAME_LEN, NAME_LEN)
    const type = DS_TYPES.find((known) => known === kind)
    if (type === undefined) return `it has a data source of type ${JSON.stringify(kind)}`
    const heartbeatS = Number(view.getBigUint64(at + PARAMS_AT, true))
    const [min, max] = [view.getFloat64(at + PARAMS_AT + WORD, true), view.getFloat64(at + PARAMS_AT + 2 * WORD, true)]
    sources.push({ name: textAt(head, at, NAME_LEN), type, heartbeatS, min, max })
  }
  const archives: Archive[] = []
  for (let a = 0; a < archiveCount; a++) {
    const at = archiveAt(sourceCount, a)
    const kind = textAt(head, at, NAME_LEN)
    const cf = CONSOLIDATIONS.find((known) => known === kind)
    if (cf === undefined) return `it has an archive of ${JSON.stringify(kind)}`
    const rows = Number(view.getBigUint64(at + ROWS_AT, true))
    const steps = Number(view.getBigUint64(at + ROWS_AT + WORD, true))
    if (!isWithin(rows, 2 ** 31) || !isWithin(steps, 2 ** 31)) return DAMAGED
    archives.push({ cf, rows, steps, xff: view.getFloat64(at + PARAMS_AT, true) })
  }
  const layout = placed({ stepS, sources, archives }, head)
  return layout.fileBytes > MAX_FILE_BYTES ? DAMAGED : (faultOf(layout) ?? layout)
}

/** What Holt-Winters makes. */
export const isAberrant = (cf: Consolidation): boolean => CONSOLIDATIONS.indexOf(cf) >= CONSOLIDATIONS.indexOf('HWPREDICT')
export const isSeasonal = (cf: Consolidation): boolean => cf === 'SEASONAL' || cf === 'DEVSEASONAL'

/** Each Holt-Winters archive depends on one of a certain kind, which comes before it; the prediction on the season after it. */
const NEEDS: Partial<Record<Consolidation, Consolidation>> = {
  HWPREDICT: 'SEASONAL',
  SEASONAL: 'HWPREDICT',
  DEVSEASONAL: 'HWPREDICT',
  DEVPREDICT: 'DEVSEASONAL',
  FAILURES: 'DEVSEASONAL',
}
export const WINDOW_PARAM = 4
/** Violations of a window lie in the words before the primary value. */
const MAX_WINDOW = CDP_PRIMARY * WORD

function faultOf({ archives }: RrdLayout): string | undefined {
  for (const [a, { cf, rows, steps, dependsOn, counts }] of archives.entries()) {
    const needed = NEEDS[cf]
    if (needed === undefined) continue
    if (archives[dependsOn]?.cf !== needed) return DAMAGED
    if (steps !== 1) return 'it has archives of Holt-Winters over several steps'
    if (cf === 'HWPREDICT' ? dependsOn < a : dependsOn > a) return 'its archives of Holt-Winters stand in another order'
    if (isSeasonal(cf) && rows > MAX_SEASON) return `it has seasons of more than ${MAX_SEASON} steps`
    if (cf === 'FAILURES' && !isWithin(counts[WINDOW_PARAM]!, MAX_WINDOW)) return DAMAGED
  }
  return undefined
}

function putText(bytes: Uint8Array, at: number, text: string): void {
  for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i)
}
/** Up to its NUL. */
export function textAt(bytes: Uint8Array, at: number, length: number): string {
  let text = ''
  for (let i = 0; i < length && bytes[at + i] !== 0; i++) text += String.fromCharCode(bytes[at + i]!)
  return text
}
