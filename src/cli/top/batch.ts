/** Looks printed one after the other, as `top -b` does. */
import { setTimeout as pause } from 'node:timers/promises'
import type { TopFeed } from './feed.ts'
import { inquire } from './inquiry.ts'
import type { InterfaceEntry } from './interface-rows.ts'
import { snapshotText } from './snapshot.ts'
import { type Data, newData, type State, wantedOf } from './state.ts'

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
    if (data.fault !== undefined && !data.interfaces.some(hasFailed)) throw new Error(data.fault)
    print(snapshotText(state, data, width, rows))
  }
  return {
    faults: feed
      .interfaces()
      .filter(hasFailed)
      .map(({ info }) => info.failure ?? `${info.name} has failed`),
  }
}

const hasFailed = ({ info }: InterfaceEntry) => info.state === 'failed'
const POLL_MS = 20

/** A capture is looked at when it is read to its end, whatever comes live after an interval: only then are there rates. */
async function settled(feed: TopFeed, intervalMs: number, signal: AbortSignal): Promise<void> {
  const untilMs = Date.now() + intervalMs
  const waits = ({ info: { state, progress } }: InterfaceEntry) =>
    state === 'starting' || (state === 'running' && (progress.bytesTotal !== undefined || Date.now() < untilMs))
  while (!signal.aborted && feed.interfaces().some(waits)) await pause(POLL_MS)
}
