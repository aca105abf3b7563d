import { open } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'

const CHUNK_BYTES = 262_144
const LOOK_MS = 20

/** Bytes of a file as it is written, until `done` resolves and all has been read. Rejects as `done` does. */
export async function* growing(path: string, done: Promise<void>): AsyncGenerator<Uint8Array> {
  let end: { readonly fault?: unknown } | undefined
  done.then(
    () => (end = {}),
    (fault: unknown) => (end = { fault }),
  )
  const file = await open(path)
  try {
    for (;;) {
      // Asked before reading: what was written before the end is read after it.
      const wasOver = end
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(CHUNK_BYTES), 0, CHUNK_BYTES, null)
      if (wasOver?.fault !== undefined) throw wasOver.fault
      if (bytesRead > 0) yield buffer.subarray(0, bytesRead)
      else if (wasOver !== undefined) return
      else await setTimeout(LOOK_MS)
    }
  } finally {
    await file.close()
  }
}

/** The same, when its first part is there: a fault before that can still be answered. */
export async function begun<T>(parts: AsyncGenerator<T>): Promise<AsyncGenerator<T>> {
  const first = await parts.next()
  return (async function* () {
    try {
      if (first.done !== true) yield first.value
      yield* parts
    } finally {
      await parts.return(undefined)
    }
  })()
}
