/**
 * What the server pushes: which interfaces there are and their figures, once a second. When the connection is lost the last figures stay, with
 * the time since when they are old; it comes back by itself.
 */
import { useSyncExternalStore } from 'react'
import type { InterfaceInfo, Tick, Totals } from '../../src/lib/live.ts'
import { api, type InterfaceEntry, type InterfacesAnswer } from './api.ts'

const RECENT = 60
const FIRST_RETRY_MS = 500
const LAST_RETRY_MS = 10_000

export interface LiveEntry {
  readonly info: InterfaceInfo
  readonly totals: Totals | undefined
  /** Bits a second of the latest ticks, oldest first. */
  readonly recentBps: readonly number[]
}
export interface LiveState {
  /** False until the first answer. */
  readonly known: boolean
  readonly entries: readonly LiveEntry[]
  /** All interfaces together, where there are several. */
  readonly all: LiveEntry | undefined
  /** By this machine's clock. */
  readonly lostSinceMs: number | undefined
}

type Message = ({ readonly type: 'interfaces' } & InterfacesAnswer) | ({ readonly type: 'tick' } & Tick)

let state: LiveState = { known: false, entries: [], all: undefined, lostSinceMs: undefined }
const listeners = new Set<() => void>()
/** Called when the connection has come back, and with the interface whose state has changed. */
const healers = new Set<(id: number | undefined) => void>()

function set(next: LiveState): void {
  state = next
  for (const listener of listeners) listener()
}

/** A server may send the totals beside the information or, as the REST answer does, with it. */
function entryOf(info: InterfaceEntry, before: LiveEntry | undefined): LiveEntry {
  // Its tables are gone, and the figures with them.
  if (info.state === 'disabled') return { info, totals: undefined, recentBps: [] }
  const totals = info.totals ?? before?.totals
  return { info, totals, recentBps: before?.recentBps ?? (totals ? [totals.bps] : []) }
}

export function onInterfaces(interfaces: readonly InterfaceEntry[], all?: InterfaceEntry): void {
  const before = new Map([...state.entries, ...(state.all ? [state.all] : [])].map((entry) => [entry.info.id, entry]))
  set({
    ...state,
    known: true,
    entries: interfaces.map((info) => entryOf(info, before.get(info.id))),
    all: all && entryOf(all, before.get(all.id)),
  })
  for (const { id, state: now } of all ? [...interfaces, all] : interfaces) {
    const was = before.get(id)?.info.state
    if (was !== undefined && was !== now) for (const heal of healers) heal(id)
  }
}

/** All interfaces together do not tick: who looks at them asks. */
export function onTotalsOfAll(totals: Totals): void {
  const { all } = state
  if (all !== undefined) onTick({ interface: all.info.id, info: all.info, totals })
}

export function onTick({ interface: id, info, totals }: Tick): void {
  const before = entryById(id)
  const restarted = before?.totals !== undefined && totals.packets < before.totals.packets
  const recentBps = [...(restarted ? [] : (before?.recentBps ?? [])), totals.bps].slice(-RECENT)
  const entry: LiveEntry = { info, totals, recentBps }
  if (id === state.all?.info.id) set({ ...state, all: entry })
  else set({ ...state, known: true, entries: before ? state.entries.map((e) => (e === before ? entry : e)) : [...state.entries, entry] })
  const ended = before !== undefined && before.info.state !== info.state
  const movedAtRest = info.state !== 'running' && before?.totals?.packets !== totals.packets
  if (ended || movedAtRest || restarted) for (const heal of healers) heal(id)
}

export function lost(): void {
  if (state.lostSinceMs === undefined) set({ ...state, lostSinceMs: Date.now() })
}
function found(): void {
  if (state.lostSinceMs === undefined) return
  set({ ...state, lostSinceMs: undefined })
  for (const heal of healers) heal(undefined)
}

let retryMs = FIRST_RETRY_MS
let retry: ReturnType<typeof setTimeout> | undefined
let socket: WebSocket | undefined

function connect(): void {
  clearTimeout(retry)
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
  const opened = new WebSocket(`${scheme}://${location.host}/api/v1/live`)
  socket = opened
  opened.onmessage = (event: MessageEvent<string>) => {
    const message = JSON.parse(event.data) as Message
    retryMs = FIRST_RETRY_MS
    found()
    if (message.type === 'interfaces') onInterfaces(message.interfaces, message.all)
    else if (message.type === 'tick') onTick(message)
  }
  opened.onclose = () => {
    if (socket !== opened) return
    lost()
    // Spread out, so that a hundred consoles do not come back in the same instant.
    retry = setTimeout(connect, retryMs * (0.75 + Math.random() / 2))
    retryMs = Math.min(retryMs * 2, LAST_RETRY_MS)
  }
}

function connectNow(): void {
  if (state.lostSinceMs === undefined || socket?.readyState === WebSocket.CONNECTING) return
  retryMs = FIRST_RETRY_MS
  connect()
}

/** Once, at the start of the console. */
export function start(): void {
  api.interfaces().then(
    ({ interfaces, all }) => state.known || onInterfaces(interfaces, all),
    () => lost(),
  )
  connect()
  addEventListener('online', connectNow)
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && connectNow())
}

export function onHealed(heal: (id: number | undefined) => void): () => void {
  healers.add(heal)
  return () => healers.delete(heal)
}

export const liveState = (): LiveState => state
const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
/** The selector gives the same value for the same state. */
export function useLive<T>(select: (state: LiveState) => T): T {
  return useSyncExternalStore(subscribe, () => select(state))
}
export const entryIn = ({ entries, all }: LiveState, id: number | undefined): LiveEntry | undefined =>
  all !== undefined && all.info.id === id ? all : entries.find((entry) => entry.info.id === id)
export const entryById = (id: number | undefined): LiveEntry | undefined => entryIn(state, id)
