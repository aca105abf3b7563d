/** A file of the server's, fetched with a look at how far it is. */
import { errorOf, Unreachable } from './api.ts'

export interface FileProgress {
  readonly bytes: number
  /** Lines so far, and rows that there will be; absent where that is not known. */
  readonly rows?: number
  readonly total?: number
}
/** More than so many rows are better saved by the browser itself, which does not keep them in memory. */
export const MAX_KEPT_ROWS = 1_000_000
const NEWLINE = 10

/** Rejects with an ApiError, with Unreachable, or the signal's reason. Undefined: it has more rows than can be kept here. */
export async function fetchFile(
  url: string,
  isText: boolean,
  signal: AbortSignal,
  onProgress: (progress: FileProgress) => void,
): Promise<Blob | undefined> {
  const response = await fetch(url, { signal }).catch((error: unknown) => {
    throw signal.aborted ? error : new Unreachable(String(error))
  })
  if (!response.ok) throw await errorOf(response.status, await response.text())
  const said = response.headers.get('x-wiretop-rows')
  const total = said === null ? undefined : Number(said)
  if (total !== undefined && total > MAX_KEPT_ROWS) {
    await response.body?.cancel()
    return undefined
  }
  const parts: BlobPart[] = []
  let [bytes, lines] = [0, 0]
  const reader = response.body!.getReader()
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    parts.push(part.value)
    bytes += part.value.byteLength
    if (isText) lines += countOf(part.value, NEWLINE)
    onProgress({ bytes, ...(isText && total !== undefined && { rows: Math.min(lines, total), total }) })
  }
  return new Blob(parts, { type: response.headers.get('content-type') ?? 'application/octet-stream' })
}

export function countOf(bytes: Uint8Array, wanted: number): number {
  let count = 0
  for (let at = bytes.indexOf(wanted); at !== -1; at = bytes.indexOf(wanted, at + 1)) count++
  return count
}
