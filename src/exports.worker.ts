/** The thread of exports: opens what `-I` names, and gives records of all interfaces to each. */
import { parentPort, workerData } from 'node:worker_threads'
import type { ExportConfig, FromExports, ToExports } from './exports/messages.ts'
import { openExport } from './exports/open-export.ts'
import { unpackFlows } from './lib/flow-batch.ts'
import type { FlowExport } from './lib/flow-export.ts'
import { collectWhenStarted } from './spare-memory.ts'

const TELL_MS = 1000
const port = parentPort!
const { endpoints, options } = workerData as ExportConfig
const say = (message: FromExports) => port.postMessage(message)

function openAll(): FlowExport[] {
  try {
    return endpoints.map((endpoint) => openExport(endpoint, options))
  } catch (error) {
    say({ refused: (error as Error).message })
    return []
  }
}

const exports = openAll()
const tell = () => say({ infos: exports.map((one, i) => ({ endpoint: endpoints[i]!, ...one.stats() })) })
if (exports.length === endpoints.length) say({ open: true })
tell()
const timer = setInterval(tell, TELL_MS)
collectWhenStarted()

port.on('message', (message: ToExports) => {
  if ('close' in message) return void close(message.close)
  const batch = unpackFlows(message.records)
  for (const one of exports) one.send(batch, Date.now())
})

async function close(withinMs: number): Promise<void> {
  clearInterval(timer)
  await Promise.all(exports.map((one) => one.close(withinMs)))
  tell()
  say({ closed: true })
  port.close()
}
