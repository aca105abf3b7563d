import type { IncomingMessage } from 'node:http'
import { ApiError } from './errors.ts'

/** Reads the body of a request as text. What is longer is read to its end and thrown away: only then does a browser look at the answer. */
export async function receiveText(request: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes <= maxBytes) chunks.push(chunk)
    else if (bytes > MAX_READ_FACTOR * maxBytes) {
      request.destroy()
      break
    }
  }
  if (bytes > maxBytes) throw new ApiError('too-large', `the text may have ${maxBytes} bytes at most`, { field: 'body' })
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks))
  } catch {
    throw new ApiError('bad-request', 'the body is not text in UTF-8', { field: 'body' })
  }
}

/** A client that sends so much more than it may is cut off. */
const MAX_READ_FACTOR = 4
