/** Looks printed one after the other, as `top -b` does. */
import { setTimeout as pause } from 'node:timers/promises'
import type { TopFeed } from './feed.ts'
import { inquire } from './inquiry.ts'
import type { InterfaceEntry } from './interface-rows.ts'
import { snapshotText } from './snapshot.ts'
import { currentInterface, type Data, newData, type State, wantedOf } from './state.ts'

export interface BatchOptions {
  readonly feed: TopFeed
  readonly state: State
  readonly looks: number
  readonly width: number
  readonly rows: number
  readonly signal: AbortSignal
  print(text: string): void
}

/** Resolves to what was wrong with inputs, one line each. */
export async function runBatch({ feed, state, looks, width, rows, signal, print }: BatchOptions): Promise<{ faults: string[] }> {
  await settled(feed, state.intervalMs, signal)
  let data: Data = newData(feed.origin)
  for (let look = 0; look < looks && !signal.aborted; look++) {
    if (look > 0) {
      print('\n')
      await pause(state.intervalMs, undefined, { signal }).catch(() => undefined)
    }
    data = { ...data, interfaces: feed.interfaces(), clockMs: Date.now() }
    const wanted = wantedOf(state, data, { width, height: rows })
    data = (await inquire(feed, { ...wanted, list: wanted.list && { ...wanted.list, limit: rows } }))(data)
    const current = currentInterface(state, data)
    if (current !== undefined && hasFailed(current) && state.view !== 'interfaces') break
    if (data.fault !== undefined) throw new Error(data.fault)
    print(snapshotText(state, data, width, rows))
  }
  return {
    faults: feed
      .interfaces()
      .filter((entry) => entry.info.kind !== 'all' && hasFailed(entry))
      .map(({ info }) => info.failure ?? `${info.name} has failed`),
  }
}

const hasFailed = ({ info }: InterfaceEntry) => info.state === 'failed'
const POLL_MS = 20
/** An input says how large it is at its first tick, a second after it has begun. */
const FIRST_TICK_MS = 1500

/** A capture is looked at when it is read to its end; what comes live after an interval, for only then are there rates. */
async function settled(feed: TopFeed, intervalMs: number, signal: AbortSignal): Promise<void> {
  let runningSinceMs = Date.now()
  const waits = ({ info: { state, progress } }: InterfaceEntry) => {
    if (state === 'starting') runningSinceMs = Date.now()
    if (state !== 'running') return state === 'starting'
    return progress.bytesTotal !== undefined || Date.now() < runningSinceMs + Math.max(intervalMs, FIRST_TICK_MS)
  }
  while (!signal.aborted && feed.interfaces().some(waits)) await pause(POLL_MS)
}
