import { hostCondition } from '../history/host-condition.ts'
import { flowFields } from '../lib/fields.ts'
import {
  type AnswerFile,
  type Deletion,
  type FileFormat,
  type FlowAnswer,
  type FlowHistory,
  type FlowQuery,
  type FlowRange,
  HistoryFault,
  type HistoryLoad,
  type Retention,
  type SqlAnswer,
  type StoreStats,
} from '../lib/history.ts'
import { ALL_INTERFACES, type Live } from '../lib/live.ts'
import { parseFilter } from '../query/filter.ts'
import { ApiError } from './errors.ts'
import { quoted } from './parameters.ts'

/** Questions that are worked on at once, over all clients; each may have to read all that is kept. */
const MAX_AT_ONCE = 16

type Unplaced<Q> = Q extends FlowRange ? Omit<Q, 'interfaceKey'> & { readonly interface?: number | undefined } : never

/** Times no longer than this are looked at closely: records of minutes are laid over them evenly. */
const CLOSE_MS = 6 * 3_600_000
/** Flows that last are told of as often. */
const UNTOLD_MS = 10 * 60_000
const UP_TO_NOW = { toMs: Number.POSITIVE_INFINITY }

const asApiFault = (error: unknown) => (error instanceof HistoryFault ? new ApiError('bad-question', error.message) : error)

/** What cannot be asked is said before anybody is asked, and where in the filter the fault is. */
function checkRange({ fromMs, toMs, filter = '' }: Omit<FlowRange, 'interfaceKey'>): void {
  if (fromMs >= toMs) throw new ApiError('bad-parameter', 'from must be before to', { field: 'from' })
  const parsed = parseFilter(filter, flowFields)
  if (!parsed.ok) {
    const { message, offset, expected } = parsed.error
    throw new ApiError('bad-filter', message, { field: 'filter', offset, expected })
  }
}

function spread(query: FlowQuery): FlowQuery {
  if (query.toMs - query.fromMs > CLOSE_MS) return query
  const isOfDistinct = query.kind === 'groups' && query.measures.some((measure) => measure === 'clients' || measure === 'servers')
  return isOfDistinct && query.stepMs !== undefined ? query : { ...query, isSpread: true }
}

/** Brings questions of routes to the store of flows. */
export class HistoryQuestions {
  private readonly history: FlowHistory | undefined
  private readonly live: Live
  private running = 0

  constructor(history: FlowHistory | undefined, live: Live) {
    this.history = history
    this.live = live
  }

  stats(): StoreStats | undefined {
    return this.history?.stats()
  }

  ask({ interface: id, ...query }: Unplaced<FlowQuery>, signal: AbortSignal): Promise<FlowAnswer> {
    const placed = spread(this.placed(id, query))
    return this.asked(query, (history) => history.ask(placed, signal))
  }
  private placed(id: number | undefined, query: Omit<FlowQuery, 'interfaceKey'>): FlowQuery {
    checkRange(query)
    const place = id === undefined || id === ALL_INTERFACES ? {} : { interfaceKey: this.keyOf(id) }
    return { ...query, ...place } as FlowQuery
  }
  /** Counts as a question until its file is whole. */
  async file({ interface: id, ...query }: Unplaced<FlowQuery>, format: FileFormat, signal: AbortSignal): Promise<AnswerFile> {
    const question = this.placed(id, query)
    // Of records each file has those that end in its time, so that files side by side have each once.
    const placed = question.kind === 'records' ? question : spread(question)
    const { promise, resolve, reject } = Promise.withResolvers<AnswerFile>()
    this.asked(query, async (history) => {
      const file = await history.file(placed, format, signal)
      resolve({ ...file, done: file.done.catch((error: unknown) => Promise.reject(asApiFault(error))) })
      await file.done
    }).catch(reject)
    return promise
  }
  sql(text: string, signal: AbortSignal): Promise<SqlAnswer> {
    return this.asked(UP_TO_NOW, (history) => history.sql(text, signal))
  }

  /** What is read again: the range with the interface's key, and where its records lie. */
  async load({ interface: id, ...range }: Unplaced<FlowRange>): Promise<HistoryLoad> {
    checkRange(range)
    const placed: FlowRange = { ...range, ...(id !== undefined && { interfaceKey: this.keyOf(id) }) }
    return { range: placed, place: await this.asked(range, (history) => history.place(placed)) }
  }

  /** Begins to remove every record with that end: the stats tell how far it is. */
  deleteHost(network: string, isTrial: boolean): Deletion {
    const history = this.kept
    if (hostCondition(network) === undefined)
      throw new ApiError('bad-parameter', `${quoted(network)} is neither an address nor a network`, { field: 'network' })
    if (history.deleteHost(network, isTrial) === undefined)
      throw new ApiError('busy', 'another host is being deleted; try again when that is over')
    return history.stats().deletion!
  }
  retain(change: Partial<Retention>): StoreStats {
    const history = this.kept
    try {
      history.retain(change)
    } catch (error) {
      throw new ApiError('not-writable', `what is kept cannot be changed: ${(error as Error).message}`)
    }
    return history.stats()
  }

  private get kept(): FlowHistory {
    if (this.history !== undefined) return this.history
    throw new ApiError('no-history', 'no flows are kept: start without --store none, with an interface or a collector')
  }

  /** What reaches into the time of which flows that last have told nothing yet waits until they have. */
  private async asked<A>({ toMs }: Pick<FlowRange, 'toMs'>, ask: (history: FlowHistory) => Promise<A>): Promise<A> {
    const history = this.kept
    if (this.running >= MAX_AT_ONCE)
      throw new ApiError('busy', `${MAX_AT_ONCE} questions of history are worked on already; try again in a moment`)
    this.running++
    try {
      if (toMs > Date.now() - UNTOLD_MS) await this.live.bringRecordsUp()
      return await ask(history)
    } catch (error) {
      throw asApiFault(error)
    } finally {
      this.running--
    }
  }

  private keyOf(id: number): string {
    const key = this.live.get(id)?.key
    if (key === undefined) throw new ApiError('not-found', `there is no interface ${id}`, { field: 'interface' })
    return key
  }
}
