import type { Entity } from '../../lib/fields.ts'
import { ALL_INTERFACES, type Answer, type Ask, BadQuestion, type InterfaceInfo, type Tick, type Totals } from '../../lib/live.ts'
import type { Completion } from '../../query/filter.ts'
import type { FeedQuestion, TopFeed } from './feed.ts'
import type { InterfaceEntry } from './interface-rows.ts'

type ApiEntry = InterfaceInfo & { readonly totals?: Totals }
interface ApiEntries {
  readonly interfaces: readonly ApiEntry[]
  readonly all?: ApiEntry
}
type Message = ({ readonly type: 'interfaces' } & ApiEntries) | ({ readonly type: 'tick' } & Tick)
type Parameters_ = Readonly<Record<string, string | number | undefined>>

const FIRST_RETRY_MS = 500
const LAST_RETRY_MS = 10_000
const ANSWER_WITHIN_MS = 10_000
/** The server speaks at least at every tick and answers pings; what says nothing for so long is gone. */
const SILENT_MS = 20_000

/** Where each question is asked, and with which parameters. */
const ROUTES: { readonly [Q in FeedQuestion]: (ask: Ask<Q>) => readonly [path: string, parameters: Parameters_] } = {
  list: ({ entity, ...parameters }) => [entity, parameters],
  series: (parameters) => ['series', { ...parameters }],
  flow: ({ id }) => [`flows/${encodeURIComponent(id)}`, {}],
  host: ({ address, vlan }) => [`hosts/${encodeURIComponent(address)}`, { vlan }],
}

/** Nothing has answered at all. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable'
}

/** A running wiretop, by its API: what is pushed once a second over a WebSocket, and what is asked by REST. */
export class ApiFeed implements TopFeed {
  readonly origin: string
  private readonly ending = new AbortController()
  private entries: readonly InterfaceEntry[] = []
  private lostAtMs: number | undefined
  private readonly listeners = new Set<() => void>()
  private socket: WebSocket | undefined
  private retry: NodeJS.Timeout | undefined
  private retryMs = FIRST_RETRY_MS
  private heardAtMs = Date.now()
  private readonly watch: NodeJS.Timeout

  private constructor(origin: string) {
    this.origin = origin
    this.watch = setInterval(() => this.checkSilence(), SILENT_MS / 4)
    this.watch.unref()
  }

  /** Rejects with Unreachable when nothing answers there. */
  static async connect(origin: string): Promise<ApiFeed> {
    const feed = new ApiFeed(origin)
    try {
      feed.setInterfaces(await feed.get<ApiEntries>('interfaces', {}))
    } catch (error) {
      await feed.close()
      throw error
    }
    feed.open()
    return feed
  }

  interfaces(): readonly InterfaceEntry[] {
    return this.entries
  }
  lostSinceMs(): number | undefined {
    return this.lostAtMs
  }

  async ask<Q extends FeedQuestion>(interfaceId: number, question: Q, ask: Ask<Q>): Promise<Answer<Q>> {
    const [path, parameters] = ROUTES[question](ask)
    try {
      return await this.get<Answer<Q>>(path, { interface: interfaceId, ...parameters })
    } catch (error) {
      // A flow or a host that has left is no fault.
      if (error instanceof NotFound && (question === 'flow' || question === 'host')) return null as Answer<Q>
      throw error
    }
  }

  async lookAtAll(): Promise<void> {
    const totals = await this.get<Totals>('totals', { interface: ALL_INTERFACES })
    this.entries = this.entries.map((entry) => (entry.info.id === ALL_INTERFACES ? { ...entry, totals } : entry))
  }

  complete(interfaceId: number, entity: Entity, text: string, offset: number): Promise<Completion> {
    return this.get<Completion>('complete', { interface: interfaceId, entity, text, offset })
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  async close(): Promise<void> {
    this.ending.abort()
    clearTimeout(this.retry)
    clearInterval(this.watch)
    const { socket } = this
    this.socket = undefined
    socket?.close()
  }

  private async get<T>(path: string, parameters: Parameters_): Promise<T> {
    const url = new URL(`/api/v1/${path}`, this.origin)
    for (const [name, value] of Object.entries(parameters)) if (value !== undefined) url.searchParams.set(name, String(value))
    const signal = AbortSignal.any([this.ending.signal, AbortSignal.timeout(ANSWER_WITHIN_MS)])
    const reply = await fetch(url, { signal, headers: { accept: 'application/json' } }).catch((error: Error) => {
      throw new Unreachable(error.name === 'TimeoutError' ? `${this.origin} does not answer` : `nothing answers on ${this.origin}`)
    })
    const body = (await reply.json().catch(() => undefined)) as T | undefined
    if (!reply.ok) throw faultOf(reply.status, body)
    if (body === undefined || body === null) throw new Error(`${this.origin} is no wiretop: it answers without JSON`)
    return body
  }

  private open(): void {
    const socket = new WebSocket(new URL('/api/v1/live', this.origin.replace(/^http/, 'ws')))
    this.socket = socket
    this.heardAtMs = Date.now()
    socket.addEventListener('message', ({ data }) => {
      if (this.socket === socket) this.hear(String(data))
    })
    socket.addEventListener('close', () => {
      if (this.socket === socket) this.lose()
    })
    // Said again by 'close'.
    socket.addEventListener('error', () => undefined)
  }

  private hear(text: string): void {
    const message = readMessage(text)
    if (message === undefined) return
    this.heardAtMs = Date.now()
    this.lostAtMs = undefined
    this.retryMs = FIRST_RETRY_MS
    if (message.type === 'interfaces') this.setInterfaces(message)
    else if (message.type === 'tick') this.tick(message)
    this.announce()
  }

  private setInterfaces({ interfaces, all }: ApiEntries): void {
    const before = new Map(this.entries.map((entry) => [entry.info.id, entry]))
    const last = (info: InterfaceInfo) => (info.state === 'disabled' ? undefined : before.get(info.id)?.totals)
    this.entries = [...interfaces, ...(all === undefined ? [] : [all])].map(({ totals, ...info }) => ({
      info,
      totals: totals ?? last(info),
    }))
  }
  private tick({ interface: id, info, totals }: Tick): void {
    this.entries = this.entries.map((entry) => (entry.info.id === id ? { info, totals } : entry))
  }

  private lose(): void {
    this.socket = undefined
    this.lostAtMs ??= Date.now()
    this.announce()
    // Spread out, so that all who looked do not come back in the same instant.
    this.retry = setTimeout(() => this.open(), this.retryMs * (0.75 + Math.random() / 2))
    this.retryMs = Math.min(2 * this.retryMs, LAST_RETRY_MS)
  }

  /** A server that is still there but whose inputs have ended says nothing: it is asked. */
  private checkSilence(): void {
    const { socket } = this
    if (socket === undefined || Date.now() - this.heardAtMs < SILENT_MS) return
    this.get<ApiEntries>('interfaces', {}).then(
      (entries) => {
        this.heardAtMs = Date.now()
        this.setInterfaces(entries)
      },
      () => {
        if (this.socket !== socket) return
        socket.close()
        this.lose()
      },
    )
  }

  private announce(): void {
    for (const listener of this.listeners) listener()
  }
}

function readMessage(text: string): Message | undefined {
  try {
    return JSON.parse(text) as Message
  } catch {
    return undefined
  }
}

class NotFound extends Error {
  override readonly name = 'NotFound'
}

interface ErrorBody {
  readonly error?: { readonly message?: string; readonly field?: string; readonly offset?: number; readonly expected?: readonly string[] }
}
function faultOf(status: number, body: unknown): Error {
  const { message = `the answer was HTTP ${status}`, field = '', offset, expected } = (body as ErrorBody | undefined)?.error ?? {}
  if (status === 404) return new NotFound(message)
  return status === 400 ? new BadQuestion(field, message, offset, expected) : new Error(message)
}
