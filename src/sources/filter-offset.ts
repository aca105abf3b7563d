/**
 * Where a filter is wrong. libpcap says what it stumbled over, and of a syntax error not even that: then the first word that nothing can
 * follow is looked for, by asking libpcap about beginnings of the filter.
 */

/** libpcap's complaint about a filter; undefined when it has none. */
type Complaint = (filter: string) => string | undefined

/** Character of `filter` where the fault begins, as far as it can be told. */
export function offsetOfFault(filter: string, message: string, complaint: Complaint): number | undefined {
  return isSyntaxError(message) ? offsetOfSyntaxError(filter, complaint) : offsetOfNamed(filter, message)
}

const isSyntaxError = (message: string | undefined) => message?.includes('syntax error') === true

/** What the message names in quotes or as a number, if it stands in the filter once. */
function offsetOfNamed(filter: string, message: string): number | undefined {
  const named = /'([^']+)'|"([^"]+)"|\b(\d+)\b/.exec(message)
  const word = named?.[1] ?? named?.[2] ?? named?.[3]
  if (word === undefined) return undefined
  const offset = filter.indexOf(word)
  return offset >= 0 && filter.indexOf(word, offset + 1) < 0 ? offset : undefined
}

const TOKEN = /[\w.:/\\-]+|[()[\]!]|[=<>&|]+|\S/g
/** What can come next somewhere in the grammar. */
const CONTINUATIONS = ['', ' 1', ' tcp', ' 1.2.3.4', ' host 1.2.3.4', ' proto 1', ' 1-2', ' 0:0:0:0:0:0', ' mgt', ' = 0', ' 1 = 0']
const MAX_TOKENS = 200
/** A name in the filter is looked up each time. */
const PATIENCE_MS = 300

function offsetOfSyntaxError(filter: string, complaint: Complaint): number | undefined {
  const giveUpAt = performance.now() + PATIENCE_MS
  const tokens = [...filter.matchAll(TOKEN)]
  if (tokens.length > MAX_TOKENS) return undefined
  for (const { 0: token, index } of tokens) {
    if (performance.now() > giveUpAt) return undefined
    if (!canGoOn(filter.slice(0, index + token.length), complaint)) return index
  }
  // All of it is a good beginning: something is missing behind it.
  return filter.trimEnd().length
}

function canGoOn(beginning: string, complaint: Complaint): boolean {
  const isInIndex = count(beginning, '[') > count(beginning, ']')
  const close = ')'.repeat(Math.max(0, count(beginning, '(') - count(beginning, ')')))
  const ends = isInIndex ? ['] = 0', '0] = 0', ':1] = 0', '1] = 0', '] 0 = 0'] : CONTINUATIONS
  return ends.some((end) => !isSyntaxError(complaint(beginning + end + close)))
}

const count = (text: string, char: string) => text.split(char).length - 1
