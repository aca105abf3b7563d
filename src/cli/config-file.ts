import { readFileSync, statSync } from 'node:fs'
import { UsageError } from './usage-error.ts'

/** One line of a configuration file that says something. */
export interface ConfigLine {
  readonly line: number
  /** As written: -i, --interface or interface. */
  readonly key: string
  /** Undefined: the key stands alone. */
  readonly value: string | undefined
}

/** People write these by hand. */
const MAX_CONFIG_BYTES = 1024 * 1024

/**
 * One option a line: `key=value`, `key value` or a key alone, the key with or without its dashes. `#` begins a comment at the start of a line
 * or behind a space, unless it is in quotes. Quotes around a value are taken off and keep everything in it.
 */
export function parseConfig(text: string, path: string): ConfigLine[] {
  const lines: ConfigLine[] = []
  for (const [i, raw] of text
    .replace(/^\ufeff/, '')
    .split(/\r\n|\r|\n/)
    .entries()) {
    const parsed = parseLine(raw.trim(), `${path}:${i + 1}: `)
    if (parsed !== undefined) lines.push({ line: i + 1, ...parsed })
  }
  return lines
}

function parseLine(text: string, where: string): Omit<ConfigLine, 'line'> | undefined {
  if (text === '' || text.startsWith('#')) return undefined
  const [, key, equals, rest] = /^([^\s=]+)\s*(=?)\s*(.*)$/.exec(text) ?? []
  if (key === undefined) throw new UsageError(`${where}no option before the =: write key=value`)
  const value = unquoted(rest!, where)
  return { key, value: value === '' && equals === '' && !/^["']/.test(rest!) ? undefined : value }
}

function unquoted(text: string, where: string): string {
  const quote = text[0]
  if (quote !== '"' && quote !== "'") return withoutComment(text, where)
  const end = text.indexOf(quote, 1)
  if (end < 0) throw new UsageError(`${where}a ${quote} that is not closed: add the one at the end`)
  const after = text.slice(end + 1)
  if (!/^\s*(\s#.*)?$/.test(after))
    throw new UsageError(`${where}${after.trim()} behind the closing ${quote}: put the whole value in quotes`)
  return text.slice(1, end)
}

function withoutComment(text: string, where: string): string {
  const value = text.replace(/(^|\s)#.*$/, '').trimEnd()
  if (/\s--?[a-z\d](\s|=|$)|\s--[a-z]/i.test(value))
    throw new UsageError(`${where}more than one option: put each on its own line, or the value in quotes`)
  return value
}

export function readConfigFile(path: string): ConfigLine[] {
  const text = readText(path)
  if (text.includes('\0')) throw new UsageError(`${path}: not a configuration file; to read it as a capture: wiretop -i ${path}`)
  return parseConfig(text, path)
}

function readText(path: string): string {
  try {
    const about = statSync(path)
    if (about.isDirectory()) throw new UsageError(`${path}: a directory, not a configuration file: give the file`)
    // Process substitution hands over a pipe, whose size is 0.
    if (about.size > MAX_CONFIG_BYTES)
      throw new UsageError(`${path}: too long for a configuration file; to read a capture: wiretop -i ${path}`)
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof UsageError) throw error
    const { code, message } = error as NodeJS.ErrnoException
    const why = code === 'ENOENT' ? 'no such configuration file' : code === 'EACCES' ? 'no permission to read it' : message
    throw new UsageError(`${path}: ${why}: check the path; to read a capture: wiretop -i FILE`)
  }
}
