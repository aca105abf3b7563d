/** The thread of small state: SQLite is synchronous, and a server may be slow; neither the console nor a capture waits for them. */
import { parentPort, workerData } from 'node:worker_threads'
import { buffersOfHosts } from './lib/kept-hosts.ts'
import type { KeyValue } from './lib/key-value.ts'
import { collectWhenStarted } from './spare-memory.ts'
import { HostCache } from './state/host-cache.ts'
import type { Call, FromState, StateConfig, ToState } from './state/messages.ts'
import { openState } from './state/open-state.ts'
import { PatientStore } from './state/patient-store.ts'

const TELL_MS = 1000
const port = parentPort!
const say = (message: FromState, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer)
const config = workerData as StateConfig

async function open(): Promise<PatientStore | undefined> {
  try {
    const store = new PatientStore(await openState(config))
    say({ stats: store.stats() })
    say({ open: true })
    return store
  } catch (error) {
    say({ refused: (error as Error).message })
    return undefined
  }
}

// What is asked meanwhile waits in the port.
const store = await open()
const hosts = store === undefined ? undefined : new HostCache(store, config.instance)
let told = ''
function tell(): void {
  if (store === undefined) return
  const stats = store.stats()
  const text = JSON.stringify(stats)
  if (text !== told) say({ stats })
  told = text
}
const timer = setInterval(tell, TELL_MS)
collectWhenStarted()

port.on('message', (message: ToState) => {
  if (store === undefined || hosts === undefined) return
  if ('close' in message) void close(store, hosts)
  else if ('save' in message) void hosts.save(message.place, message.save).then(() => say({ saved: message.id }))
  else if ('recall' in message) void recall(hosts, message)
  else void answer(store, message)
})

async function answer(of: PatientStore, { id, call, args }: Call & { readonly id: number }): Promise<void> {
  try {
    const method = of[call] as (...args: unknown[]) => ReturnType<KeyValue[keyof KeyValue]>
    say({ id, answer: await method.apply(of, args) })
  } catch (error) {
    const { name, message } = error as Error
    say({ id, fault: message, name })
  }
}

async function recall(from: HostCache, { place, recall: wanted, id }: Extract<ToState, { recall: unknown }>): Promise<void> {
  try {
    const answer = await from.recall(place, wanted)
    say({ id, answer }, buffersOfHosts(answer))
  } catch (error) {
    const { name, message } = error as Error
    say({ id, fault: message, name })
  }
}

async function close(of: PatientStore, hosts: HostCache): Promise<void> {
  clearInterval(timer)
  await hosts.idle()
  await of.close()
  say({ stats: of.stats() })
  say({ closed: true })
  port.close()
}
