/** What the start of a thread took and nobody needs any longer goes back to the system: the engine itself would wait for more to do before it looks. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { trimMemory } from './sources/native/libc.ts'
import { releaseProgramFiles } from './sources/native/program-files.ts'

/** By then a thread has done what it does but once. */
const STARTED_AFTER_MS = 4000
/** The engine's compilers take tens of megabytes for a moment, and go on for a while; later it is bursts of questions and records that leave free memory behind. */
const FIRST_TRIMS_MS = [6000, 12_000] as const
const TRIM_EVERY_MS = 60_000
const SOON_MS = 2000

type Collect = (how?: { readonly type: 'major'; readonly execution: 'sync'; readonly flavor: 'regular' | 'last-resort' }) => void

let collect: Collect | undefined
function collector(): Collect {
  if (collect === undefined) {
    setFlagsFromString('--expose-gc')
    collect = runInNewContext('gc') as Collect
  }
  return collect
}

/** Garbage of this thread goes; code stays, also what has not run for a while. Takes some 20 ms. */
export const collectGarbage = (): void => collector()({ type: 'major', execution: 'sync', flavor: 'regular' })

/** When this thread has started, its garbage goes, and with it the code of the start: what is asked first afterwards is compiled anew. Takes some 50 ms. */
export function collectWhenStarted(): void {
  setTimeout(() => collector()({ type: 'major', execution: 'sync', flavor: 'last-resort' }), STARTED_AFTER_MS).unref()
}

function trim(): void {
  trimMemory()
  releaseProgramFiles()
}

/** What a thread that has ended took goes back to the system, when the memory is free. */
export const trimSoon = (): void => void setTimeout(trim, SOON_MS).unref()

/** Free memory of all threads goes back to the system, and what was read of program files, for as long as the process lives. */
export function keepTrimming(): void {
  for (const ms of FIRST_TRIMS_MS) setTimeout(trim, ms).unref()
  setInterval(trim, TRIM_EVERY_MS).unref()
}
