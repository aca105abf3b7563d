/** Commands (RFC 37): a name behind its length, then what belongs to it. */
const encoder = new TextEncoder()

export interface Command {
  readonly name: string
  readonly data: Uint8Array
}

/** Undefined: its name reaches past its end. */
export function readCommand(b: Uint8Array, start: number, end: number): Command | undefined {
  if (end - start < 1 || b[start]! === 0 || start + 1 + b[start]! > end) return undefined
  const dataAt = start + 1 + b[start]!
  return { name: latin1(b, start + 1, dataAt), data: b.subarray(dataAt, end) }
}

/** The body of a frame. */
export function commandBody(name: string, ...data: readonly Uint8Array[]): Uint8Array {
  const body = new Uint8Array(1 + name.length + data.reduce((sum, { length }) => sum + length, 0))
  body[0] = name.length
  body.set(encoder.encode(name), 1)
  let at = 1 + name.length
  for (const part of data) {
    body.set(part, at)
    at += part.length
  }
  return body
}

export const latin1 = (b: Uint8Array, start: number, end: number): string =>
  Buffer.from(b.buffer, b.byteOffset + start, end - start).toString('latin1')

const MAX_PROPERTIES = 64

/** Properties of READY and INITIATE; names in lower case, as their case does not matter. Undefined: a length reaches past the end. */
export function readMetadata(b: Uint8Array): Map<string, string> | undefined {
  const properties = new Map<string, string>()
  for (let at = 0; at < b.length; ) {
    const nameEnd = at + 1 + b[at]!
    const valueAt = nameEnd + 4
    if (valueAt > b.length || properties.size === MAX_PROPERTIES) return undefined
    const length = ((b[nameEnd]! << 24) | (b[nameEnd + 1]! << 16) | (b[nameEnd + 2]! << 8) | b[nameEnd + 3]!) >>> 0
    if (valueAt + length > b.length) return undefined
    properties.set(latin1(b, at + 1, nameEnd).toLowerCase(), latin1(b, valueAt, valueAt + length))
    at = valueAt + length
  }
  return properties
}

export function metadataBytes(properties: Readonly<Record<string, string>>): Uint8Array {
  const parts: number[] = []
  for (const [name, value] of Object.entries(properties)) {
    const bytes = encoder.encode(value)
    parts.push(name.length, ...encoder.encode(name), 0, 0, bytes.length >>> 8, bytes.length & 255, ...bytes)
  }
  return Uint8Array.from(parts)
}

/** What an ERROR says, as text that can be shown. */
export function errorReason(data: Uint8Array): string {
  if (data.length === 0) return 'no reason'
  const text = latin1(data, 1, Math.min(data.length, 1 + data[0]!))
  return /^[ -~]{1,255}$/.test(text) ? text : 'no reason'
}
