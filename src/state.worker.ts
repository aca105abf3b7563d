/** The thread of small state: SQLite is synchronous, and a server may be slow; neither the console nor a capture waits for them. */
import { parentPort, workerData } from 'node:worker_threads'
import type { KeyValue } from './lib/key-value.ts'
import type { Call, FromState, StateConfig, ToState } from './state/messages.ts'
import { openState } from './state/open-state.ts'
import { PatientStore } from './state/patient-store.ts'

const TELL_MS = 1000
const port = parentPort!
const say = (message: FromState) => port.postMessage(message)

async function open(): Promise<PatientStore | undefined> {
  try {
    const store = new PatientStore(await openState(workerData as StateConfig))
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
let told = ''
function tell(): void {
  if (store === undefined) return
  const stats = store.stats()
  const text = JSON.stringify(stats)
  if (text !== told) say({ stats })
  told = text
}
const timer = setInterval(tell, TELL_MS)

port.on('message', (message: ToState) => {
  if (store === undefined) return
  if ('close' in message) void close(store)
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

async function close(of: PatientStore): Promise<void> {
  clearInterval(timer)
  await of.close()
  say({ stats: of.stats() })
  say({ closed: true })
  port.close()
}
