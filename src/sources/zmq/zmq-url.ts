import { REPEAT_RULES, type RepeatRule } from '../../lib/exporters.ts'
import { parseEndpoint, type ZmtpEndpoint } from '../../zmtp/endpoint.ts'
import { parseKey } from '../../zmtp/z85.ts'

/** What `-i tcp://…` says: publishers of flows, whose records are merged. */
export interface ZmqUrl {
  readonly endpoints: readonly ZmtpEndpoint[]
  /** The publishers' public key: CURVE is spoken, and they are the servers. */
  readonly serverKey?: Uint8Array
  /** A file with our secret key (Z85). Without `serverKey` we are the server. */
  readonly secretKeyFile?: string
  /** ntopng 1.2 sends what it counted with IN and OUT exchanged. */
  readonly compat: boolean
  readonly repeats: RepeatRule
}

const MAX_ENDPOINTS = 64
const KEY_LETTERS = 40
/** A letter behind the port, as ntopng has it. A path may end in any letter: local sockets are bound by an option. */
const BINDS = /^(tcp:\/\/.*:\d+)c$/

export const isZmqUrl = (text: string): boolean => /^(?:zmq\+)?(?:tcp|ipc):\/\//.test(text)

/** The endpoints and their options, or what is wrong with them: one line. */
export function parseZmqUrl(text: string): ZmqUrl | string {
  const mark = text.indexOf('?')
  const options = optionsOf(mark < 0 ? '' : text.slice(mark + 1))
  if (typeof options === 'string') return `${text}: ${options}`
  const { bind, ...rest } = options
  const endpoints: ZmtpEndpoint[] = []
  for (const part of (mark < 0 ? text : text.slice(0, mark)).split(',')) {
    const plain = part.trim().replace(/^zmq\+/, '')
    const bound = BINDS.exec(plain)?.[1]
    const endpoint = parseEndpoint(bound ?? plain, bind || bound !== undefined)
    if (typeof endpoint === 'string') return `${text}: ${part.trim()}: ${endpoint}`
    endpoints.push(endpoint)
  }
  if (endpoints.length > MAX_ENDPOINTS) return `${text}: more than ${MAX_ENDPOINTS} endpoints`
  return { endpoints, ...rest }
}

type Options = Omit<ZmqUrl, 'endpoints'> & { readonly bind: boolean }

/** Keys may hold letters that part options, so they are cut out by their length. */
function optionsOf(text: string): Options | string {
  let options: Options = { compat: false, repeats: 'first', bind: false }
  for (let rest = text; rest !== ''; ) {
    const name = /^[a-z]+(?==)/.exec(rest)?.[0]
    if (name === undefined) return `${rest.split('&')[0]} is no option: give NAME=VALUE`
    rest = rest.slice(name.length + 1)
    const raw = name === 'curve' && startsWithKey(rest) ? rest.slice(0, KEY_LETTERS) : rest.split('&')[0]!
    rest = rest.slice(raw.length + 1)
    const changed = option(name, raw)
    if (typeof changed === 'string') return changed
    options = { ...options, ...changed }
  }
  return options
}

/** As it stands; otherwise it may be escaped. */
const startsWithKey = (text: string): boolean =>
  parseKey(text.slice(0, KEY_LETTERS)) !== undefined && /^(?:&[a-z]+=|$)/.test(text.slice(KEY_LETTERS))

function option(name: string, raw: string): Partial<Options> | string {
  if (name === 'curve') {
    const serverKey = parseKey(raw) ?? parseKey(decoded(raw))
    return serverKey === undefined ? `curve: no key: give the ${KEY_LETTERS} characters of the publisher's public key (Z85)` : { serverKey }
  }
  const value = decoded(raw)
  if (name === 'key') return value === '' ? 'key: no file named' : { secretKeyFile: value }
  if (name === 'compat') return value === '1.2' ? { compat: true } : `compat: ${value} is not known: there is 1.2`
  if (name === 'bind') return value === 'yes' || value === 'no' ? { bind: value === 'yes' } : `bind: ${value} is neither yes nor no`
  if (name !== 'repeats') return `${name} is no option of ZeroMQ: there are curve, key, compat, bind and repeats`
  if (!REPEAT_RULES.includes(value as RepeatRule)) return `repeats: ${value} is no rule: give ${REPEAT_RULES.join(', ')}`
  return { repeats: value as RepeatRule }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
