/** For protocols of lines: commands in words, replies that begin with three digits (FTP, SMTP, NNTP, …). */
import type { Cursor } from '../wire/cursor.ts'
import { type Extracted, More } from './dissector.ts'

/** Longest line that is waited for; RFC 5321 §4.5.3.1.5 allows 512 bytes, IMAP more in practice. */
export const MAX_LINE = 2048
/** Lines that one call reads. */
export const MAX_LINES = 64

const CR = 0x0d
const LF = 0x0a
const SPACE = 0x20

/**
 * Length of the line at the cursor without its end, or -1 when it is not yet whole. A line that is longer than MAX_LINE is passed over to the end of the
 * bytes there are, so that the stream does not stand still.
 */
export function wholeLine(c: Cursor): number {
  const length = c.lineLength(MAX_LINE)
  if (length < 0 && c.left >= MAX_LINE) c.skip(c.left)
  return length
}

/** Whether TLS begins here, where lines were spoken before: its first record. Told by itself, as the words that led to it may not have been seen. */
export const tlsBegins = (c: Cursor): boolean => c.peek() === 0x16 && c.peek(1) === 3

/** Reads whole lines, as far as they have come, while `line` says More; it is given the line's length, and the cursor moves on by itself. */
export function readLines(c: Cursor, line: (length: number) => Extracted): Extracted {
  for (let n = 0; n < MAX_LINES && c.left > 0; n++) {
    const length = wholeLine(c)
    if (length < 0) return More
    const said = line(length)
    c.skipLine(MAX_LINE)
    if (said !== More) return said
  }
  return More
}

/** The command at the cursor as its place in `verbs` (lower case), or -1. It ends with a space or with the line. */
export function commandAt(c: Cursor, verbs: readonly string[], ahead = 0): number {
  for (let i = 0; i < verbs.length; i++) {
    const verb = verbs[i]!
    if (!c.startsWithFold(verb, ahead)) continue
    const after = c.peek(ahead + verb.length)
    if (after === SPACE || after === CR || after === LF) return i
  }
  return -1
}

/** The code of the reply at the cursor (`250 text`, `250-text`), or -1. */
export function replyCode(c: Cursor): number {
  let code = 0
  for (let i = 0; i < 3; i++) {
    const digit = c.peek(i) - 0x30
    if (digit < 0 || digit > 9) return -1
    code = code * 10 + digit
  }
  const after = c.peek(3)
  return after === SPACE || after === 0x2d || after === CR || after === LF ? code : -1
}

/** Whether the ASCII text (lower case) stands in the next `length` bytes, in any case. */
export function containsFold(c: Cursor, lower: string, length: number): boolean {
  for (let i = 0; i + lower.length <= length; i++) if (c.startsWithFold(lower, i)) return true
  return false
}

/** Whether the next `length` bytes are visible characters, spaces or tabs, of any 8-bit alphabet. */
export function isText(c: Cursor, length: number): boolean {
  for (let i = 0; i < length; i++) {
    const b = c.peek(i)
    if (b < SPACE ? b !== 0x09 : b === 0x7f) return false
  }
  return true
}

/** The rest of a line from `ahead` on without the spaces around it; `length` is the line's. Moves nothing. */
export function restOfLine(c: Cursor, ahead: number, length: number): string {
  let from = ahead
  let to = length
  while (from < to && c.peek(from) === SPACE) from++
  while (to > from && c.peek(to - 1) === SPACE) to--
  return textAt(c, from, to - from)
}

export function textAt(c: Cursor, ahead: number, length: number): string {
  if (length <= 0) return ''
  const pos = c.pos
  const text = c.skip(ahead).text(length)
  c.seek(pos)
  return text
}

/** The word at `ahead`, up to a space or the end of the line; at most `length` (the line's) is looked at. */
export function wordAt(c: Cursor, ahead: number, length: number): string {
  let to = ahead
  while (to < length && c.peek(to) !== SPACE) to++
  return textAt(c, ahead, to - ahead)
}

/** Whether this may be the name of a host: labels of letters, digits, dashes and underlines. */
export const isHostName = (text: string): boolean =>
  text.length <= 253 && /^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*\.?$/i.test(text)
