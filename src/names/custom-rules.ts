import type { RuleFault, RuleKind } from '../lib/custom-rules.ts'
import { type Network, parseNetwork } from '../wire/address.ts'
import { isUserCategory, USER_CATEGORY } from './categories.ts'

/** What a rule looks at. Ports are those of the server; names are in lower case. */
export type Matcher =
  | { readonly kind: 'port'; readonly over: 'tcp' | 'udp'; readonly from: number; readonly to: number }
  | { readonly kind: 'name'; readonly text: string }
  /** `port` 0: any. */
  | { readonly kind: 'address'; readonly network: Network; readonly port: number }

export interface Rule {
  readonly line: number
  /** Where its name begins, from 1. */
  readonly column: number
  /** None, where a category only gets another name. */
  readonly matchers: readonly Matcher[]
  /** The application, or the category, as it is written. */
  readonly name: string
  /** What stands behind the = after the name: of an application the number that other tools give it, of a category what it is called. */
  readonly given: string
}

export interface ParsedRules {
  readonly rules: readonly Rule[]
  readonly faults: readonly RuleFault[]
}

const MAX_LINE = 65_536
const MAX_NAME = 64
const MAX_PORT = 65_535
const SHORTEST_NAME = 2
const LONGEST_NAME = 255
/** Of a text that may stand anywhere inside a name. */
const LONGEST_INNER = 63
/** As an application stands in Master.App, and a name in lists with commas. */
const APPLICATION = /^[\p{L}\p{N}_+/ -]+$/u
const CATEGORY = /^[\p{L}\p{N}_+/ .&-]+$/u

/** Why a rule is none, and where in its line (from 0). */
class Fault {
  readonly at: number
  readonly message: string
  constructor(at: number, message: string) {
    this.at = at
    this.message = message
  }
}

/**
 * Reads a file of rules: `matcher,matcher@Name`, one a line, with # comments. A rule with a fault is left out whole, and the others hold.
 */
export function parseRules(file: string, text: string, kind: RuleKind = 'applications'): ParsedRules {
  return parseLines(file, text, (line, number) => parseRule(line, number, kind))
}

/** Reads a plain list: one name or network a line, also as a hosts file has them (`0.0.0.0 name`). All of them get this name. */
export function parseList(file: string, text: string, name: string): ParsedRules {
  return parseLines(file, text, (line, number) => {
    const [first = '', second] = line.trim().split(/\s+/)
    const isHosts = second !== undefined && parseNetwork(first) !== undefined
    if (second !== undefined && !isHosts) return new Fault(line.indexOf(second), 'there is one name or address a line')
    const entry = isHosts ? second : first
    const at = line.indexOf(entry)
    const network = parseNetwork(entry)
    const matcher = network === undefined ? nameMatcher(entry, at) : ({ kind: 'address', network, port: 0 } as const)
    return matcher instanceof Fault ? matcher : { line: number, column: at + 1, matchers: [matcher], name, given: '' }
  })
}

function parseLines(file: string, text: string, parse: (line: string, number: number) => Rule | Fault): ParsedRules {
  const rules: Rule[] = []
  const faults: RuleFault[] = []
  const lines = text.replace(/^\ufeff/, '').split('\n')
  for (const [i, raw] of lines.entries()) {
    const line = withoutComment(raw.replaceAll('\r', ''))
    if (line.trim() === '') continue
    const parsed = line.length > MAX_LINE ? new Fault(MAX_LINE, `a line may have ${MAX_LINE} characters at most`) : parse(line, i + 1)
    if (parsed instanceof Fault) faults.push({ file, line: i + 1, column: parsed.at + 1, message: parsed.message })
    else rules.push(parsed)
  }
  return { rules, faults }
}

function withoutComment(line: string): string {
  let isQuoted = false
  for (let i = 0; i < line.length; i++) {
    if (line[i] === '"') isQuoted = !isQuoted
    else if (line[i] === '#' && !isQuoted) return line.slice(0, i)
  }
  return line
}

function parseRule(line: string, number: number, kind: RuleKind): Rule | Fault {
  const at = line.lastIndexOf('@')
  if (at < 0)
    return new Fault(line.trimEnd().length, `a rule ends in @ and the name of ${kind === 'categories' ? 'a category' : 'an application'}`)
  const target = parseTarget(line, at + 1, kind)
  if (target instanceof Fault) return target
  const matchers: Matcher[] = []
  if (line.slice(0, at).trim() === '') {
    if (kind === 'categories' && target.given !== '') return { line: number, matchers, ...target }
    return new Fault(at, 'there is nothing before the @: say what the rule looks at, as host:"example.com"')
  }
  for (const { text, from } of parts(line, at)) {
    const matcher = parseMatcher(text, from, kind)
    if (matcher instanceof Fault) return matcher
    matchers.push(matcher)
  }
  return { line: number, matchers, ...target }
}

function parseTarget(line: string, from: number, kind: RuleKind): Pick<Rule, 'column' | 'name' | 'given'> | Fault {
  const text = line.slice(from)
  const equals = text.lastIndexOf('=')
  const name = (equals < 0 ? text : text.slice(0, equals)).trim()
  const given = equals < 0 ? '' : text.slice(equals + 1).trim()
  const nameAt = from + (text.length - text.trimStart().length)
  const nameFault = faultOfName(name, kind)
  if (nameFault !== undefined) return new Fault(nameAt, nameFault)
  const target = { column: nameAt + 1, name, given }
  if (equals < 0) return target
  if (kind === 'categories' && !isUserCategory(name)) return new Fault(nameAt, `only ${USER_CATEGORY} 1 to 5 can be called otherwise`)
  const givenFault = kind === 'categories' ? faultOfName(given, kind) : faultOfNumber(given)
  return givenFault === undefined ? target : new Fault(from + equals + 1, givenFault)
}

function faultOfName(name: string, kind: RuleKind): string | undefined {
  if (name === '') return 'the name is missing'
  if (name.toLowerCase() === 'unknown') return 'Unknown is what nothing is known of: give another name'
  if (name.length > MAX_NAME) return `a name may have ${MAX_NAME} characters at most`
  if ((kind === 'categories' ? CATEGORY : APPLICATION).test(name)) return undefined
  return kind === 'categories'
    ? 'a category may have letters, digits, blanks and _ + / . & -'
    : 'a name may have letters, digits, blanks and _ + / -; a dot would stand between protocol and application'
}

const faultOfNumber = (text: string): string | undefined =>
  /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= MAX_PORT ? undefined : `behind the = stands a number from 1 to ${MAX_PORT}`

/** The matchers of a rule, between its commas. */
function* parts(line: string, end: number): Generator<{ text: string; from: number }> {
  let isQuoted = false
  let from = 0
  for (let i = 0; i <= end; i++) {
    if (line[i] === '"' && i < end) isQuoted = !isQuoted
    if (i < end && (line[i] !== ',' || isQuoted)) continue
    const text = line.slice(from, i)
    yield { text: text.trim(), from: from + (text.length - text.trimStart().length) }
    from = i + 1
  }
}

function parseMatcher(text: string, at: number, kind: RuleKind): Matcher | Fault {
  const colon = text.indexOf(':')
  const word = (colon < 0 ? text : text.slice(0, colon)).trim().toLowerCase()
  const value = colon < 0 ? '' : text.slice(colon + 1)
  const valueAt = at + colon + 1
  const isKnown = word === 'host' || word === 'ip' || word === 'ipv6' || (kind === 'applications' && (word === 'tcp' || word === 'udp'))
  if (!isKnown || colon < 0) {
    if (word === 'nbpf') return new Fault(at, 'nbpf filters cannot be used here: say the same with ip:, ipv6:, tcp:, udp: and host:')
    const expected = kind === 'applications' ? 'tcp:, udp:, host:, ip: or ipv6:' : 'host:, ip: or ipv6:'
    return new Fault(at, text === '' ? 'there is nothing between the commas' : `a matcher begins with ${expected}`)
  }
  if (word === 'host') return nameMatcher(unquoted(value), valueAt)
  if (word === 'tcp' || word === 'udp') return portMatcher(word, value.trim(), valueAt)
  return addressMatcher(value.trim(), valueAt, word === 'ipv6', kind)
}

const unquoted = (text: string): string =>
  text
    .trim()
    .replace(/^"(.*)"$/, '$1')
    .trim()

function nameMatcher(text: string, at: number): Matcher | Fault {
  const lower = text.toLowerCase().replace(/^\*(?=[.])/, '')
  if (lower.length < SHORTEST_NAME || lower.length > LONGEST_NAME)
    return new Fault(at, `a server name has from ${SHORTEST_NAME} to ${LONGEST_NAME} characters`)
  if (!/^[\x21-\x7e]+$/.test(lower) || /["@,*:/]/.test(lower))
    return new Fault(at, 'a server name has letters, digits, dots and dashes; others as they are on the wire (xn--…)')
  if (/[.-]$/.test(lower) && (lower.length === SHORTEST_NAME || lower.length > LONGEST_INNER))
    return new Fault(at, `what may stand inside a name has from ${SHORTEST_NAME + 1} to ${LONGEST_INNER} characters`)
  return { kind: 'name', text: lower }
}

function portMatcher(over: 'tcp' | 'udp', text: string, at: number): Matcher | Fault {
  const m = /^(\d{1,5})\s*(?:-\s*(\d{1,5}))?$/.exec(text)
  const from = Number(m?.[1])
  const to = Number(m?.[2] ?? m?.[1])
  if (m === null || from < 1 || to > MAX_PORT) return new Fault(at, `a port is a number from 1 to ${MAX_PORT}, or two with a dash between`)
  if (from > to) return new Fault(at, 'the first port of a range is not above the last')
  return { kind: 'port', over, from, to }
}

const IPV4 = /^([\d.]+)(\/\d{1,2})?(?::(\d+))?$/
/** The brackets may be left out where no port follows. */
const IPV6 = /^(?:\[([\da-f:.]+)\](\/\d{1,3})?(?::(\d+))?|([\da-f:.]+)(\/\d{1,3})?)$/i

function addressMatcher(text: string, at: number, isV6: boolean, kind: RuleKind): Matcher | Fault {
  const m = (isV6 ? IPV6 : IPV4).exec(text)
  const address = m?.[1] ?? m?.[4] ?? ''
  const network = parseNetwork(`${address}${m?.[2] ?? m?.[5] ?? ''}`)
  if (network === undefined || address.includes(':') !== isV6)
    return new Fault(
      at,
      isV6
        ? 'an IPv6 address stands in brackets: [2001:db8::]/32, [2001:db8::1]:443'
        : 'an IPv4 address is 10.0.0.1, 10.0.0.0/8 or 10.0.0.1:443',
    )
  const port = m?.[3]
  if (port === undefined) return { kind: 'address', network, port: 0 }
  if (kind === 'categories') return new Fault(at, 'a category has addresses without ports')
  if (Number(port) < 1 || Number(port) > MAX_PORT) return new Fault(at, `a port is a number from 1 to ${MAX_PORT}`)
  return { kind: 'address', network, port: Number(port) }
}
