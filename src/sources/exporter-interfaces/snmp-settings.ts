import type { RuleFault } from '../../lib/custom-rules.ts'
import { maskOf, type Network, parseAddress, parseNetwork } from '../../wire/address.ts'

export const AUTH_PROTOCOLS = ['MD5', 'SHA', 'SHA-224', 'SHA-256', 'SHA-384', 'SHA-512'] as const
export const PRIV_PROTOCOLS = ['DES', 'AES'] as const
export const SECURITY_LEVELS = ['noAuthNoPriv', 'authNoPriv', 'authPriv'] as const

export interface SnmpCommunity {
  readonly version: '2c'
  readonly community: string
}
/** User-based security (RFC 3414): what a level needs is there. */
export interface SnmpUser {
  readonly version: '3'
  readonly user: string
  readonly level: (typeof SECURITY_LEVELS)[number]
  readonly auth: (typeof AUTH_PROTOCOLS)[number]
  readonly authKey: string
  readonly priv: (typeof PRIV_PROTOCOLS)[number]
  readonly privKey: string
  readonly context: string
}

/** How the exporters of a network are asked. Holds secrets: it is shown to nobody. */
export interface SnmpAccess {
  readonly credentials: SnmpCommunity | SnmpUser
  readonly port: number
  /** Of one question, which is put twice. */
  readonly timeoutMs: number
  /** Octets too, every minute. */
  readonly counters: boolean
}

const MAX_LINES = 4096
const MAX_LINE = 4096
const MAX_FAULTS = 100
const MAX_SECRET = 255
/** RFC 3414 §11.2. */
const MIN_KEY = 8
/** snmpAdminString of a user and a context (RFC 3414 §5, RFC 3411 §5). */
const MAX_USER = 32
const SNMP_PORT = 161
const DEFAULT_TIMEOUT_S = 2

const KEYS = [
  'version',
  'community',
  'user',
  'level',
  'auth',
  'auth-key',
  'priv',
  'priv-key',
  'context',
  'port',
  'timeout',
  'counters',
  'ask',
] as const
type Key = (typeof KEYS)[number]

/** A fault never shows a value: it may be a secret. */
class Fault {
  readonly column: number
  readonly message: string
  constructor(column: number, message: string) {
    this.column = column
    this.message = message
  }
}
interface Given {
  readonly value: string
  readonly column: number
}
type Givens = ReadonlyMap<Key, Given>

/** Which exporters are asked, and how: the settings of the smallest network that an address is in. */
export class SnmpSettings {
  /** Smallest first. */
  private readonly networks: { readonly network: Network; readonly access: SnmpAccess | undefined }[] = []

  add(network: Network, access: SnmpAccess | undefined): void {
    const at = this.networks.findIndex((other) => other.network.bits < network.bits)
    this.networks.splice(at < 0 ? this.networks.length : at, 0, { network, access })
  }

  get count(): number {
    return this.networks.length
  }

  /** Undefined: it is not to be asked. */
  of(address: string): SnmpAccess | undefined {
    const words = parseAddress(address)
    if (words === undefined) return undefined
    return this.networks.find(({ network }) => network.words.every((word, i) => word === (words[i]! & maskOf(network.bits - 32 * i))))
      ?.access
  }
}

/** Reads settings: a network or an address, then `key=value` with blanks between, one a line; # begins a comment. A line with a fault is left out, and the others hold. */
export function parseSnmpSettings(file: string, text: string): { settings: SnmpSettings; faults: readonly RuleFault[] } {
  const settings = new SnmpSettings()
  const faults: RuleFault[] = []
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    const fault =
      i < MAX_LINES ? readLine(i === 0 ? line.replace(/^\ufeff/, '') : line, settings) : new Fault(1, `more than ${MAX_LINES} lines`)
    if (fault !== undefined) faults.push({ file, line: i + 1, column: fault.column, message: fault.message })
    if (i >= MAX_LINES || faults.length === MAX_FAULTS) break
  }
  return { settings, faults }
}

function readLine(line: string, settings: SnmpSettings): Fault | undefined {
  if (line.length > MAX_LINE) return new Fault(MAX_LINE + 1, `longer than ${MAX_LINE} characters`)
  const [, blanks = '', first = '', rest = ''] = /^(\s*)(\S*)(.*)$/.exec(line) ?? []
  if (first === '' || first.startsWith('#')) return undefined
  const network = parseNetwork(first)
  if (network === undefined) return new Fault(blanks.length + 1, 'no network: give one as 10.0.0.0/8, or an address, and then key=value')
  const givens = readGivens(rest, blanks.length + first.length)
  if (givens instanceof Fault) return givens
  const access = accessOf(givens)
  if (access instanceof Fault) return access
  settings.add(network, access)
  return undefined
}

const GIVEN = /\s+(?:(#.*)$|([^\s="#]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s"]*))(?=\s|$))|\s*$/y

function readGivens(text: string, before: number): Givens | Fault {
  const givens = new Map<Key, Given>()
  for (GIVEN.lastIndex = 0; GIVEN.lastIndex < text.length; ) {
    const at = GIVEN.lastIndex
    const found = GIVEN.exec(text)
    const column = before + at + /\s*/.exec(text.slice(at))![0].length + 1
    if (found === null) return new Fault(column, 'no key=value; a value with blanks or quotes stands in "quotes", quotes in it as \\"')
    const [, comment, key, quoted, bare] = found
    if (comment !== undefined || key === undefined) break
    // What is no key may be a part of a secret.
    if (!KEYS.includes(key as Key)) return new Fault(column, `no such key: there are ${KEYS.join(', ')}`)
    if (givens.has(key as Key)) return new Fault(column, `${key} for the second time`)
    const value = quoted?.replace(/\\(.)/g, '$1') ?? bare ?? ''
    if (value.length > MAX_SECRET) return new Fault(column, `${key} has more than ${MAX_SECRET} characters`)
    givens.set(key as Key, { value, column })
  }
  return givens
}

function accessOf(givens: Givens): SnmpAccess | undefined | Fault {
  const ask = yesNo(givens, 'ask', true)
  const counters = yesNo(givens, 'counters', false)
  const port = wholeNumber(givens, 'port', SNMP_PORT, 65_535)
  const timeoutS = wholeNumber(givens, 'timeout', DEFAULT_TIMEOUT_S, 30)
  for (const value of [ask, counters, port, timeoutS]) if (value instanceof Fault) return value
  if (ask === false) return undefined
  const credentials = credentialsOf(givens)
  if (credentials instanceof Fault) return credentials
  return { credentials, port: port as number, timeoutMs: (timeoutS as number) * 1000, counters: counters as boolean }
}

const COMMUNITY_KEYS: readonly Key[] = ['community']
const USER_KEYS: readonly Key[] = ['user', 'level', 'auth', 'auth-key', 'priv', 'priv-key', 'context']

function credentialsOf(givens: Givens): SnmpCommunity | SnmpUser | Fault {
  const version = givens.get('version')?.value.replace(/^v/, '') ?? (givens.has('user') ? '3' : '2c')
  if (version !== '2c' && version !== '3') return faultOf(givens, 'version', 'version must be 2c or 3')
  const alien = [...givens.keys()].find((key) => (version === '3' ? COMMUNITY_KEYS : USER_KEYS).includes(key))
  if (alien !== undefined) return faultOf(givens, alien, `${alien} is not of version ${version}`)
  if (version === '3') return userOf(givens)
  const community = givens.get('community')?.value ?? ''
  return community === '' ? faultOf(givens, 'community', 'no community: nobody is asked without one') : { version: '2c', community }
}

function userOf(givens: Givens): SnmpUser | Fault {
  const text = (key: Key) => givens.get(key)?.value ?? ''
  const user = text('user')
  if (user === '' || user.length > MAX_USER) return faultOf(givens, 'user', `user must have 1 to ${MAX_USER} characters`)
  if (text('context').length > MAX_USER) return faultOf(givens, 'context', `context has more than ${MAX_USER} characters`)
  const implied = text('priv-key') !== '' ? 'authPriv' : text('auth-key') !== '' ? 'authNoPriv' : 'noAuthNoPriv'
  const level = oneOf(givens, 'level', SECURITY_LEVELS, implied)
  const auth = oneOf(givens, 'auth', AUTH_PROTOCOLS, 'SHA')
  const priv = oneOf(givens, 'priv', PRIV_PROTOCOLS, 'AES')
  for (const value of [level, auth, priv]) if (value instanceof Fault) return value
  const [authKey, privKey] = [text('auth-key'), text('priv-key')]
  if (level !== 'noAuthNoPriv' && authKey.length < MIN_KEY)
    return faultOf(givens, 'auth-key', `auth-key must have at least ${MIN_KEY} characters`)
  if (level === 'authPriv' && privKey.length < MIN_KEY)
    return faultOf(givens, 'priv-key', `priv-key must have at least ${MIN_KEY} characters`)
  return { version: '3', user, level, auth, authKey, priv, privKey, context: text('context') } as SnmpUser
}

const faultOf = (givens: Givens, key: Key, message: string): Fault => new Fault(givens.get(key)?.column ?? 1, message)

/** Capitals and dashes count for nothing: sha256 is SHA-256. */
function oneOf<T extends string>(givens: Givens, key: Key, values: readonly T[], usual: T): T | Fault {
  const plain = (text: string) => text.toLowerCase().replaceAll('-', '')
  const given = givens.get(key)
  if (given === undefined) return usual
  return values.find((value) => plain(value) === plain(given.value)) ?? faultOf(givens, key, `${key} must be one of ${values.join(', ')}`)
}

function yesNo(givens: Givens, key: Key, usual: boolean): boolean | Fault {
  const value = givens.get(key)?.value
  if (value === undefined) return usual
  return value === 'yes' || value === 'no' ? value === 'yes' : faultOf(givens, key, `${key} must be yes or no`)
}

function wholeNumber(givens: Givens, key: Key, usual: number, max: number): number | Fault {
  const value = givens.get(key)?.value
  if (value === undefined) return usual
  const number = /^\d{1,5}$/.test(value) ? Number(value) : 0
  return number >= 1 && number <= max ? number : faultOf(givens, key, `${key} must be a whole number from 1 to ${max}`)
}
