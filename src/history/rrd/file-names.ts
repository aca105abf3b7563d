import { createHash } from 'node:crypto'

export const RRD = '.rrd'
const MAX_BYTES = 100
const HASH_DIGITS = 8
/** What cannot be in a name, or would confuse who lists a folder: separators, control characters, spaces at the ends, a dot in front. */
const UNSAFE = /[/\\\x00-\x1f\x7f\u0085\u2028\u2029]|^[. ]|[ ]$/g

/**
 * A name from the wire or from a user as one part of a path: what is harmless stays as it is, and what had to be changed ends with a hash of what it was, so that two names
 * never share a file. `reserved`: names that are files of another meaning.
 */
export function pathPart(name: string, reserved: readonly string[] = []): string {
  const clean = name.toWellFormed().replace(UNSAFE, '_')
  if (clean === name && name !== '' && Buffer.byteLength(name) <= MAX_BYTES && !reserved.includes(name)) return name
  const hash = createHash('sha256').update(name).digest('hex').slice(0, HASH_DIGITS)
  let cut = clean
  while (Buffer.byteLength(cut) > MAX_BYTES - HASH_DIGITS - 1) cut = cut.slice(0, -1).toWellFormed()
  return `${cut}-${hash}`
}

/** 1.2 knew one name a flow: the application where there is one inside, else the protocol. */
export const oneName = (app: string): string => app.slice(app.lastIndexOf('.') + 1)
