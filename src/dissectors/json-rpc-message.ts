import type { Cursor } from '../wire/cursor.ts'

const LOOK_AT = 1024
const VERSION = '"jsonrpc"'

const isBlank = (byte: number) => byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d

/** Whether a JSON object, or a batch of them, begins here and has the member "jsonrpc": "2.0" (§4) near its beginning. */
export function isJsonRpc(c: Cursor): boolean {
  let at = c.peek() === 0x5b ? 1 : 0
  while (isBlank(c.peek(at))) at++
  if (c.peek(at) !== 0x7b) return false
  at = c.find(VERSION, LOOK_AT)
  if (at < 0) return false
  at += VERSION.length
  while (isBlank(c.peek(at))) at++
  if (c.peek(at) !== 0x3a) return false
  do at++
  while (isBlank(c.peek(at)))
  return c.startsWith('"2.0"', at)
}
