/** The thread of history: has the store of flows, so that neither the console nor a capture waits for it. */
import { parentPort, workerData } from 'node:worker_threads'
import { deleteTraces } from './history/care/delete-traces.ts'
import { hostNetwork } from './history/host-condition.ts'
import type { Answers, FromHistory, HistoryConfig, ToHistory } from './history/messages.ts'
import { openStores, type Stores } from './history/open-store.ts'
import {
  type Deletion,
  type FlowRange,
  type FlowStore,
  HistoryFault,
  type HostDeletion,
  NO_TRACES,
  type RecordsPlace,
  type SqlAnswer,
} from './lib/history.ts'
import type { SeriesStore } from './lib/series-points.ts'
import { collectWhenStarted } from './spare-memory.ts'

const TELL_MS = 1000
const port = parentPort!
const say = (message: FromHistory) => port.postMessage(message)
const asked = new Map<number, AbortController>()

function open(): Stores | undefined {
  try {
    const stores = openStores(workerData as HistoryConfig, (ids) => say({ ids }))
    say({ open: true })
    return stores
  } catch (error) {
    say({ refused: (error as Error).message })
    return undefined
  }
}

const stores = open()
const tell = () => stores !== undefined && say({ stats: stores.flows.stats(), series: stores.series?.stats() })
tell()
const timer = setInterval(tell, TELL_MS)
collectWhenStarted()

port.on('message', (message: ToHistory) => {
  if (stores === undefined) return
  const { flows, series } = stores
  if ('write' in message) void write(flows.write(message.write), message.id)
  else if ('points' in message) void write(series?.write(message.points), message.id)
  else if ('ask' in message) void answer(message.id, (signal) => flows.ask(message.ask, signal))
  else if ('place' in message) void answer(message.id, () => place(flows, message.place))
  else if ('file' in message) void answer(message.id, (signal) => file(flows, message, signal))
  else if ('sql' in message) void answer(message.id, (signal) => sql(flows, message.sql, signal))
  else if ('read' in message) void answer(message.id, () => kept(series).read(message.read))
  else if ('deleteHost' in message) void answer(message.id, (signal) => deleteHost(stores, message.deleteHost, signal))
  else if ('retain' in message) flows.retain?.(message.retain)
  else if ('names' in message) void answer(message.id, () => kept(series).names(message.names))
  else if ('cancel' in message) asked.get(message.cancel)?.abort()
  else void close(stores)
})

async function write(work: Promise<void> | undefined, id: number): Promise<void> {
  // What cannot be kept is counted by the store, which says so in its stats.
  await work?.catch(() => undefined)
  say({ written: id })
}

function kept(series: SeriesStore | undefined): SeriesStore {
  if (series === undefined) throw new HistoryFault('no series are kept: start without --timeseries none')
  return series
}

/** What is kept beside flows goes too, also where flows are in a store that cannot delete. */
async function deleteHost({ flows, series }: Stores, deletion: HostDeletion, signal: AbortSignal): Promise<Deletion> {
  const { network, isTrial } = deletion
  const meant = hostNetwork(network)
  if (meant === undefined) throw new HistoryFault(`${network} is neither an address nor a network`)
  const done = (await flows.deleteHost?.(deletion, signal)) ?? undeleted(flows, deletion)
  const faults = [...done.faults]
  const { folder } = (workerData as HistoryConfig).flows
  const fault = (why: string) => faults.push(why)
  const wanted = { folder, network: meant, isTrial, signal, fault }
  const traces = await deleteTraces(wanted, async (isMeant) => series?.deleteHosts?.(isMeant, isTrial, fault))
  return { ...done, traces, faults }
}
const undeleted = ({ kind }: FlowStore, deletion: HostDeletion): Deletion => ({
  ...deletion,
  isOver: true,
  filesDone: 0,
  filesTotal: 0,
  records: 0,
  files: 0,
  traces: NO_TRACES,
  faults: [`the store ${kind} cannot delete flows of a host: do it there`],
})

function sql(of: FlowStore, text: string, signal: AbortSignal): Promise<SqlAnswer> {
  if (of.sql === undefined) throw new HistoryFault(`the store ${of.kind} does not take SQL here`)
  return of.sql(text, signal)
}

async function file(
  of: FlowStore,
  { file: query, format, id }: Extract<ToHistory, { file: unknown }>,
  signal: AbortSignal,
): Promise<Answers> {
  if (of.file === undefined) throw new HistoryFault(`the store ${of.kind} does not write files`)
  await of.file(query, format, signal, (begun) => say({ id, begun }))
  return []
}

async function place(of: FlowStore, range: FlowRange): Promise<RecordsPlace> {
  if (of.place === undefined) throw new HistoryFault(`flows of the store ${of.kind} cannot be read again`)
  return of.place(range)
}

async function answer(id: number, work: (signal: AbortSignal) => Promise<Answers>): Promise<void> {
  const controller = new AbortController()
  asked.set(id, controller)
  try {
    say({ id, answer: await work(controller.signal) })
  } catch (error) {
    say({ id, fault: (error as Error).message, isFault: error instanceof HistoryFault })
  } finally {
    asked.delete(id)
  }
}

async function close({ flows, series }: Stores): Promise<void> {
  clearInterval(timer)
  for (const one of asked.values()) one.abort()
  await Promise.all([flows.close(), series?.close()])
  say({ closed: true })
  port.close()
}
