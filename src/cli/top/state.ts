/** What the user has chosen, what is known of the traffic, and what has to be asked for the two to become a screen. */
import { DEFAULT_SORT, type Entity } from '../../lib/fields.ts'
import { ALL_INTERFACES, type FlowDetail, type HostDetail, type ListQuery, type Series, type SeriesQuery } from '../../lib/live.ts'
import { type InterfaceEntry, interfaceItems } from './interface-rows.ts'
import { bodyLines, type Size } from './layout.ts'
import type { Prompt } from './prompt.ts'
import { type Row, VIEWS, type ViewName } from './views.ts'

export interface Sort {
  readonly field: string
  readonly descending: boolean
}
export interface ListState {
  readonly filter: string
  /** Undefined: by traffic now, or by all traffic where none comes any more. */
  readonly sort: Sort | undefined
  /** The row by its key, wherever it moves; the index is where it was, in case that it goes. */
  readonly selected: { readonly key: string | undefined; readonly index: number } | undefined
  readonly offset: number
}
export type Open =
  | { readonly kind: 'flow'; readonly id: string }
  | { readonly kind: 'host'; readonly address: string; readonly vlan: number }
  | { readonly kind: 'help' }

export interface State {
  readonly view: ViewName
  /** Where Escape leads from the interfaces. */
  readonly before: ViewName
  /** Undefined: the first. */
  readonly interfaceId: number | undefined
  readonly lists: Readonly<Record<ViewName, ListState>>
  readonly prompt: Prompt | undefined
  readonly open: Open | undefined
  readonly scroll: number
  readonly isPaused: boolean
  readonly intervalMs: number
  /** Said in the last line until the next key. */
  readonly notice: string | undefined
}

/** What a list knows, of the question asked last. */
export interface Rows {
  readonly items: readonly Row[]
  readonly matching: number
  readonly total: number
  readonly nowMs: number
}
export interface Detail {
  readonly key: string
  /** Undefined: it had gone before anything was known of it. */
  readonly value: FlowDetail | HostDetail | undefined
  readonly nowMs: number
  /** It has left the tables; the value is what was known at last. */
  readonly isGone: boolean
}
export interface Data {
  /** Where the figures come from. */
  readonly origin: string
  readonly clockMs: number
  readonly interfaces: readonly InterfaceEntry[]
  /** The connection has been lost at this time. */
  readonly lostSinceMs: number | undefined
  readonly rows: Readonly<Partial<Record<ViewName, Rows>>>
  readonly series: Series | undefined
  readonly detail: Detail | undefined
  /** Why the latest question got no answer: one line. */
  readonly fault: string | undefined
}

const NEW_LIST: ListState = { filter: '', sort: undefined, selected: undefined, offset: 0 }
export const DEFAULT_INTERVAL_MS = 1000

export const newState = (given: Partial<State> = {}): State => ({
  view: 'flows',
  before: 'flows',
  interfaceId: undefined,
  lists: { flows: NEW_LIST, hosts: NEW_LIST, apps: NEW_LIST, interfaces: NEW_LIST, exporters: NEW_LIST },
  prompt: undefined,
  open: undefined,
  scroll: 0,
  isPaused: false,
  intervalMs: DEFAULT_INTERVAL_MS,
  notice: undefined,
  ...given,
})

export const newData = (origin: string): Data => ({
  origin,
  clockMs: 0,
  interfaces: [],
  lostSinceMs: undefined,
  rows: {},
  series: undefined,
  detail: undefined,
  fault: undefined,
})

export const listOf = (state: State): ListState => state.lists[state.view]
export const withList = (state: State, change: Partial<ListState>, view: ViewName = state.view): State => ({
  ...state,
  lists: { ...state.lists, [view]: { ...state.lists[view], ...change } },
})

export const currentInterface = ({ interfaceId }: State, { interfaces }: Data): InterfaceEntry | undefined =>
  interfaceId === undefined
    ? interfaces[0]
    : (interfaces.find(({ info }) => info.id === interfaceId) ?? (interfaceId === ALL_INTERFACES ? interfaces[0] : undefined))

export function sortOf(state: State, data: Data): Sort {
  const chosen = listOf(state).sort
  if (chosen !== undefined) return chosen
  if (state.view === 'exporters') return { field: DEFAULT_SORT.exporters, descending: true }
  const hasEnded = currentInterface(state, data)?.info.state === 'ended'
  return { field: hasEnded && state.view !== 'interfaces' ? 'bytes' : 'bps', descending: true }
}

export function rowsOf(state: State, data: Data): Rows {
  if (state.view !== 'interfaces') return data.rows[state.view] ?? { items: [], matching: 0, total: 0, nowMs: 0 }
  const items = interfaceItems(data.interfaces, listOf(state).filter, sortOf(state, data))
  return { items, matching: items.length, total: data.interfaces.length, nowMs: 0 }
}

/** Where the selected row is now; -1 when none is selected. */
export function selectedIndex(state: State, { items }: Rows): number {
  const { selected } = listOf(state)
  if (selected === undefined || items.length === 0) return -1
  const { keyOf } = VIEWS[state.view]
  const found = selected.key === undefined ? -1 : items.findIndex((row) => keyOf(row) === selected.key)
  return found >= 0 ? found : Math.min(selected.index, items.length - 1)
}
export const selectedRow = (state: State, rows: Rows): Row | undefined => rows.items[selectedIndex(state, rows)]

/** First row that is shown: as it was scrolled, but the selected row is always seen. */
export function offsetOf(state: State, rows: Rows, size: Size): number {
  const lines = bodyLines(size)
  const index = selectedIndex(state, rows)
  const offset = Math.min(listOf(state).offset, Math.max(0, rows.items.length - lines))
  if (index < 0) return offset
  return Math.max(Math.min(offset, index), index - lines + 1)
}

/** A list answers no more rows at once. */
export const MAX_ROWS = 1000
/** So that not every step further asks anew. */
const ROWS_STEP = 50
const SERIES_SECONDS = 120

export const ENTITY_OF: Readonly<Record<ViewName, Entity | undefined>> = {
  flows: 'flows',
  hosts: 'hosts',
  apps: 'apps',
  interfaces: undefined,
  exporters: 'exporters',
}

export interface Wanted {
  readonly interfaceId: number | undefined
  readonly view: ViewName
  readonly list: ListQuery | undefined
  readonly series: SeriesQuery
  readonly open: Open | undefined
}

/** What has to be known for this state to be shown. */
export function wantedOf(state: State, data: Data, size: Size): Wanted {
  const entity = ENTITY_OF[state.view]
  const { filter, selected, offset } = listOf(state)
  const { field, descending } = sortOf(state, data)
  const last = Math.max(selected?.index ?? 0, offset + bodyLines(size))
  const limit = Math.min(MAX_ROWS, ROWS_STEP * Math.ceil((last + bodyLines(size)) / ROWS_STEP))
  return {
    interfaceId: currentInterface(state, data)?.info.id,
    view: state.view,
    list: entity && {
      entity,
      ...(filter !== '' && { filter }),
      sort: field,
      order: descending ? 'desc' : 'asc',
      limit: Math.max(1, limit),
    },
    series: { of: 'traffic', seconds: SERIES_SECONDS, points: SERIES_SECONDS },
    open: state.open,
  }
}

export const openKey = (open: Open): string =>
  open.kind === 'flow' ? `flow ${open.id}` : open.kind === 'host' ? `host ${open.address}@${open.vlan}` : 'help'
