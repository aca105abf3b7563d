/** The thread of history: has the store of flows, so that neither the console nor a capture waits for it. */
import { parentPort, workerData } from 'node:worker_threads'
import type { Answers, FromHistory, StoreConfig, ToHistory } from './history/messages.ts'
import { openStore } from './history/open-store.ts'
import { type Deletion, type FlowStore, HistoryFault, type HostDeletion, type SqlAnswer } from './lib/history.ts'

const TELL_MS = 1000
const port = parentPort!
const say = (message: FromHistory) => port.postMessage(message)
const asked = new Map<number, AbortController>()

function open(): FlowStore | undefined {
  try {
    const store = openStore(workerData as StoreConfig)
    say({ open: true })
    return store
  } catch (error) {
    say({ refused: (error as Error).message })
    return undefined
  }
}

const store = open()
const tell = () => store !== undefined && say({ stats: store.stats() })
tell()
const timer = setInterval(tell, TELL_MS)

port.on('message', (message: ToHistory) => {
  if (store === undefined) return
  if ('write' in message) void write(store, message)
  else if ('ask' in message) void answer(message.id, (signal) => store.ask(message.ask, signal))
  else if ('files' in message) void answer(message.id, async () => store.files?.(message.files) ?? [])
  else if ('sql' in message) void answer(message.id, (signal) => sql(store, message.sql, signal))
  else if ('deleteHost' in message) void answer(message.id, (signal) => deleteHost(store, message.deleteHost, signal))
  else if ('retain' in message) store.retain?.(message.retain)
  else if ('cancel' in message) asked.get(message.cancel)?.abort()
  else void close(store)
})

async function write(to: FlowStore, { write: records, bytes }: Extract<ToHistory, { write: unknown }>): Promise<void> {
  // What cannot be kept is counted by the store, which says so in its stats.
  await to.write(records).catch(() => undefined)
  say({ written: bytes })
}

function deleteHost(of: FlowStore, deletion: HostDeletion, signal: AbortSignal): Promise<Deletion> {
  if (of.deleteHost === undefined) throw new HistoryFault(`the store ${of.kind} cannot delete flows of a host: do it there`)
  return of.deleteHost(deletion, signal)
}

function sql(of: FlowStore, text: string, signal: AbortSignal): Promise<SqlAnswer> {
  if (of.sql === undefined) throw new HistoryFault(`the store ${of.kind} does not take SQL here`)
  return of.sql(text, signal)
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

async function close(of: FlowStore): Promise<void> {
  clearInterval(timer)
  for (const one of asked.values()) one.abort()
  await of.close()
  say({ closed: true })
  port.close()
}
