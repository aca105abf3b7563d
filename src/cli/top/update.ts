/** A key or a mouse event makes the next state, and says what is to be done outside: nothing here touches the terminal or the feed. */
import { addTerm } from '../../query/filter.ts'
import { hostText } from './cells.ts'
import type { InputEvent, KeyName } from './input.ts'
import { BODY_Y, bodyLines, columnAt, HEAD_Y, type PlacedColumn, paneLines, placeColumns, type Size, TABS_Y, tabAt } from './layout.ts'
import { intervalMs, newPrompt, type Prompt, promptInput } from './prompt.ts'
import {
  currentInterface,
  type Data,
  listOf,
  MAX_ROWS,
  offsetOf,
  rowsOf,
  type State,
  selectedIndex,
  selectedRow,
  sortOf,
  withList,
} from './state.ts'
import { type Row, VIEW_NAMES, VIEWS, type ViewName } from './views.ts'

export type Effect =
  | { readonly type: 'quit' }
  | { readonly type: 'suspend' }
  | { readonly type: 'redraw' }
  | { readonly type: 'copy'; readonly text: string }
  /** Values of the traffic for what is being typed. */
  | { readonly type: 'complete'; readonly text: string; readonly offset: number }
export interface Next {
  readonly state: State
  readonly effects: readonly Effect[]
}
/** What a key is about. */
interface Context {
  readonly state: State
  readonly data: Data
  readonly size: Size
}
type Action = (context: Context) => State | Next

const isNext = (made: State | Next): made is Next => 'effects' in made
const next = (state: State, ...effects: Effect[]): Next => ({ state, effects })

export function update(state: State, event: InputEvent, data: Data, size: Size): Next {
  const context: Context = {
    state: state.notice === undefined || event.type === 'mode' ? state : { ...state, notice: undefined },
    data,
    size,
  }
  if (event.type === 'control' && event.letter === 'z') return next(state, { type: 'suspend' })
  if (event.type === 'control' && event.letter === 'l') return next(state, { type: 'redraw' })
  if (state.prompt !== undefined) return inPrompt(context, state.prompt, event)
  const made = actionOf(event, state)?.(context) ?? context.state
  return isNext(made) ? made : next(made)
}

function inPrompt({ state }: Context, prompt: Prompt, event: InputEvent): Next {
  const result = promptInput(prompt, event, VIEWS[state.view].fields)
  if (result.type === 'left') return next({ ...state, prompt: undefined })
  if (result.type === 'goes-on') {
    const { prompt: typed, hasChanged } = result
    const asks = hasChanged && typed.completion?.values !== undefined
    return next({ ...state, prompt: typed }, ...(asks ? [{ type: 'complete' as const, text: typed.text, offset: typed.cursor }] : []))
  }
  const closed = { ...state, prompt: undefined }
  return prompt.kind === 'interval'
    ? next({ ...closed, intervalMs: intervalMs(result.text) ?? state.intervalMs })
    : next(withList(closed, { filter: result.text, selected: undefined, offset: 0 }))
}

function actionOf(event: InputEvent, { open }: State): Action | undefined {
  switch (event.type) {
    case 'control':
      return event.letter === 'c' ? quit : undefined
    case 'text':
      return (open === undefined ? LIST_TEXT[event.text] : PANE_TEXT[event.text]) ?? TEXT[event.text]
    case 'key':
      return open === undefined ? LIST_KEYS[event.key] : PANE_KEYS[event.key]
    case 'mouse':
      if (event.what === 'press') return (context) => press(context, event.x, event.y)
      return (context) => wheel(context, event.what === 'wheel-up' ? -WHEEL_LINES : WHEEL_LINES)
    default:
      return undefined
  }
}

const quit: Action = ({ state }) => next(state, { type: 'quit' })
const show =
  (view: ViewName): Action =>
  ({ state }) => ({ ...state, view, before: state.view === 'interfaces' ? state.before : state.view, open: undefined, scroll: 0 })
const turn =
  (step: number): Action =>
  (context) =>
    show(VIEW_NAMES[(VIEW_NAMES.indexOf(context.state.view) + step + VIEW_NAMES.length) % VIEW_NAMES.length]!)(context)

/** Refresh intervals that + and - go through. */
const INTERVALS_MS = [200, 500, 1000, 2000, 3000, 5000, 10_000, 30_000, 60_000]
const slower: Action = ({ state }) => ({ ...state, intervalMs: INTERVALS_MS.find((ms) => ms > state.intervalMs) ?? state.intervalMs })
const faster: Action = ({ state }) => ({ ...state, intervalMs: INTERVALS_MS.findLast((ms) => ms < state.intervalMs) ?? state.intervalMs })
const ask =
  (kind: Prompt['kind']): Action =>
  ({ state }) => {
    const text = kind === 'filter' ? listOf(state).filter : ''
    return { ...state, open: undefined, prompt: newPrompt(kind, text === '' ? '' : `${text} `, VIEWS[state.view].fields) }
  }

/** Keys that mean the same over a table and over a pane. */
const TEXT: Readonly<Record<string, Action>> = {
  q: quit,
  '1': show('flows'),
  '2': show('hosts'),
  '3': show('apps'),
  '4': show('interfaces'),
  '5': show('exporters'),
  i: show('interfaces'),
  '/': ask('filter'),
  d: ask('interval'),
  '+': slower,
  '=': slower,
  '-': faster,
  ' ': ({ state }) => ({ ...state, isPaused: !state.isPaused }),
  '?': ({ state }) => ({ ...state, open: { kind: 'help' }, scroll: 0 }),
  h: ({ state }) => ({ ...state, open: { kind: 'help' }, scroll: 0 }),
  f: (context) => flowsOf(context),
  c: (context) => copy(context, 'client'),
  C: (context) => copy(context, 'server'),
}

const LIST_TEXT: Readonly<Record<string, Action>> = {
  '<': (context) => moveSort(context, -1),
  '>': (context) => moveSort(context, 1),
  r: ({ state, data }) => {
    const { field, descending } = sortOf(state, data)
    return withList(state, { sort: { field, descending: !descending } })
  },
  j: (context) => move(context, 1),
  k: (context) => move(context, -1),
  g: (context) => moveTo(context, 0),
  G: (context) => moveTo(context, MAX_ROWS),
}
const LIST_KEYS: Readonly<Partial<Record<KeyName, Action>>> = {
  tab: turn(1),
  'back-tab': turn(-1),
  up: (context) => move(context, -1),
  down: (context) => move(context, 1),
  left: (context) => moveSort(context, -1),
  right: (context) => moveSort(context, 1),
  'page-up': (context) => move(context, 1 - bodyLines(context.size)),
  'page-down': (context) => move(context, bodyLines(context.size) - 1),
  home: (context) => moveTo(context, 0),
  end: (context) => moveTo(context, MAX_ROWS),
  enter: (context) => enter(context),
  escape: (context) => leave(context),
}

/** How far the pane can be scrolled is known when it is drawn; more is cut there. */
const scroll =
  (step: (size: Size) => number): Action =>
  ({ state, size }) => ({ ...state, scroll: Math.max(0, Math.min(MAX_ROWS, state.scroll + step(size))) })
const close: Action = ({ state }) => ({ ...state, open: undefined, scroll: 0 })
const PANE_TEXT: Readonly<Record<string, Action>> = { j: scroll(() => 1), k: scroll(() => -1), '?': close }
const PANE_KEYS: Readonly<Partial<Record<KeyName, Action>>> = {
  tab: turn(1),
  'back-tab': turn(-1),
  up: scroll(() => -1),
  down: scroll(() => 1),
  'page-up': scroll((size) => 1 - paneLines(size)),
  'page-down': scroll((size) => paneLines(size) - 1),
  home: scroll(() => -MAX_ROWS),
  end: scroll(() => MAX_ROWS),
  enter: close,
  escape: close,
  backspace: close,
}

function moveTo(context: Context, wanted: number): State {
  const { state, data, size } = context
  const rows = rowsOf(state, data)
  const last = Math.min(rows.matching, MAX_ROWS) - 1
  if (last < 0) return state
  const index = Math.max(0, Math.min(wanted, last))
  const row = rows.items[index]
  const moved = withList(state, { selected: { key: row && VIEWS[state.view].keyOf(row), index } })
  return withList(moved, { offset: offsetOf(moved, rows, size) })
}
/** The first step selects the row at the top of what is seen. */
function move(context: Context, step: number): State {
  const { state, data, size } = context
  const rows = rowsOf(state, data)
  const index = selectedIndex(state, rows)
  return moveTo(context, index < 0 ? offsetOf(state, rows, size) + Math.max(0, step - 1) : index + step)
}

const placed = ({ state, data, size }: Context): PlacedColumn[] => {
  const { items, nowMs } = rowsOf(state, data)
  return placeColumns(VIEWS[state.view], sortOf(state, data).field, items, nowMs, size.width)
}
function moveSort(context: Context, step: number): State {
  const { state, data } = context
  const fields = placed(context).map(({ column }) => column.field)
  const { field, descending } = sortOf(state, data)
  // A sort column that is not shown is as good as the first.
  const at = Math.max(0, Math.min(fields.length - 1, Math.max(0, fields.indexOf(field)) + step))
  return withList(state, { sort: { field: fields[at]!, descending }, offset: 0 })
}

const WHEEL_LINES = 3
function wheel(context: Context, lines: number): State | Next {
  const { state, data, size } = context
  if (state.open !== undefined) return scroll(() => lines)(context)
  const rows = rowsOf(state, data)
  const last = Math.max(0, Math.min(rows.matching, MAX_ROWS) - bodyLines(size))
  const offset = Math.max(0, Math.min(last, offsetOf(state, rows, size) + lines))
  const scrolled = withList(state, { offset })
  const index = selectedIndex(state, rows)
  if (index < 0) return scrolled
  return moveTo({ ...context, state: scrolled }, Math.max(offset, Math.min(index, offset + bodyLines(size) - 1)))
}

/** On a tab, on a column's head, on a row; on the selected row again: as Enter. */
function press(context: Context, x: number, y: number): State | Next {
  const { state, data, size } = context
  if (y === TABS_Y) {
    const view = tabAt(x)
    return view === undefined ? state : show(view)(context)
  }
  if (state.open !== undefined) return state
  if (y === HEAD_Y) {
    const field = columnAt(placed(context), x)?.field
    if (field === undefined) return state
    const { field: sorted, descending } = sortOf(state, data)
    return withList(state, { sort: { field, descending: field === sorted ? !descending : true } })
  }
  const rows = rowsOf(state, data)
  const index = y - BODY_Y + offsetOf(state, rows, size)
  if (y < BODY_Y || y >= BODY_Y + bodyLines(size) || index >= rows.items.length) return state
  return index === selectedIndex(state, rows) ? enter(context) : moveTo(context, index)
}

function enter(context: Context): State {
  const { state, data } = context
  const row = selectedRow(state, rowsOf(state, data))
  if (row === undefined) return move(context, 1)
  switch (state.view) {
    case 'flows':
      return { ...state, open: { kind: 'flow', id: String(row['id']) }, scroll: 0 }
    case 'hosts':
      return { ...state, open: { kind: 'host', address: String(row['address']), vlan: Number(row['vlan']) }, scroll: 0 }
    case 'apps':
    case 'exporters':
      return flowsOf(context)
    default:
      return chooseInterface(state, data, row)
  }
}

function chooseInterface(state: State, data: Data, row: Row): State {
  const interfaceId = Number(row['id'])
  const chosen: State = withList({ ...state, view: state.before, interfaceId }, { selected: undefined, offset: 0 }, 'interfaces')
  if (interfaceId === currentInterface(state, data)?.info.id) return chosen
  // Filters and orders stay; the rows are others.
  return VIEW_NAMES.reduce((s, name) => withList(s, { selected: undefined, offset: 0 }, name), chosen)
}

/** Takes back what was chosen last: the selection, then the filter, then the look at the interfaces. */
function leave({ state }: Context): State {
  const { selected, offset, filter } = listOf(state)
  if (selected !== undefined || offset > 0) return withList(state, { selected: undefined, offset: 0 })
  if (filter !== '') return withList(state, { filter: '' })
  return state.view === 'interfaces' ? { ...state, view: state.before } : state
}

/** What the keys `f` and `c` speak of: what is open, else the selected row. */
function subject({ state, data }: Context): Row | undefined {
  const { open } = state
  if (open?.kind === 'help') return undefined
  if (open?.kind === 'host') return { address: open.address, vlan: open.vlan }
  if (open?.kind === 'flow') return (data.detail?.value as Row | undefined) ?? selectedRow(state, rowsOf(state, data))
  return selectedRow(state, rowsOf(state, data))
}
const isHostRow = (row: Row | undefined): row is Row => row?.['address'] !== undefined && row['exporterNumber'] === undefined

function flowsOf(context: Context): State {
  const { state } = context
  const row = subject(context)
  const filter = isHostRow(row)
    ? addTerm('', 'host', '=', hostText(row['address'], row['vlan']), 'only')
    : state.view === 'apps' && row !== undefined
      ? addTerm('', 'app', '=', String(row['app']), 'only')
      : state.view === 'exporters' && row !== undefined
        ? addTerm('', 'exporter', '=', String(row['exporter']), 'only')
        : undefined
  if (filter === undefined) return { ...state, notice: 'f shows the flows of a host, an application or an exporter: select one first' }
  const shown = withList(state, { filter, selected: undefined, offset: 0 }, 'flows')
  return { ...shown, view: 'flows', before: 'flows', open: undefined, scroll: 0 }
}

function copy(context: Context, end: 'client' | 'server'): State | Next {
  const { state } = context
  const row = subject(context)
  const value = isHostRow(row) ? row['address'] : (row?.[end] ?? row?.['app'] ?? row?.['name'])
  if (value === undefined) return { ...state, notice: 'c copies the address of a row: select one first' }
  const text = String(value)
  return next({ ...state, notice: `copied ${text}` }, { type: 'copy', text })
}
