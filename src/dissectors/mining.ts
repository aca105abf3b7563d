import type { Cursor } from '../wire/cursor.ts'
import type { Out } from './dissector.ts'
import { Done, dissector, Exclude, flag, Match, NeedMore, text } from './dissector.ts'
import { textAt } from './lines.ts'

// Stratum: JSON-RPC in lines. Bitcoin's and Ethereum's methods, Monero's login.
const METHODS = ['"mining.', '"eth_submitLogin"', '"eth_getWork"', '"eth_submitWork"', '"keepalived"'] as const
const MAX_LINE = 1024

const fields = { worker: text('Worker'), agent: text('Miner'), login: flag('Login') }
type MiningOut = Out<typeof fields>

export default dissector({
  name: 'Mining',
  category: 'Mining',
  about: 'Mining of currencies (Stratum): its methods in lines of JSON',
  over: 'tcp',
  trialPorts: [3333, 4444, 5555, 7777, 14_444],
  firstBytes: [0x7b],
  minLen: 16,
  fields,

  signature(c) {
    const method = c.find('"method"', MAX_LINE)
    if (method >= 0 && METHODS.some((m) => c.find(m, MAX_LINE) >= 0)) return Match
    if (method >= 0 && isMoneroLogin(c)) return Match
    return c.lineLength(MAX_LINE) < 0 && c.left < MAX_LINE && c.startsWith('{"') ? NeedMore : Exclude
  },

  extract(c, out, ctx) {
    out.login = isMoneroLogin(c)
    readNames(c, out)
    if (out.worker !== undefined) ctx.info(out.worker)
    return Done
  },
})

/** `"method":"login"` alone is anybody's; with a password and the miner's name it is a pool's. */
const isMoneroLogin = (c: Cursor): boolean =>
  c.find('"login"', MAX_LINE) >= 0 && c.find('"pass"', MAX_LINE) >= 0 && c.find('"agent"', MAX_LINE) >= 0

function readNames(c: Cursor, out: MiningOut): void {
  const worker = textOf(c, '"login":"') || textOf(c, '"eth_submitLogin","params":["') || textOf(c, '"mining.authorize","params":["')
  if (worker !== '') out.worker = worker
  const agent = textOf(c, '"agent":"') || textOf(c, '"mining.subscribe","params":["')
  if (agent !== '') out.agent = agent
}

/** Keys as miners write them, with or without a space behind the colon. */
function textOf(c: Cursor, key: string): string {
  const spaced = key.replaceAll(':', ': ').replaceAll(',', ', ')
  const which = c.find(key, MAX_LINE) >= 0 ? key : spaced
  const at = c.find(which, MAX_LINE)
  if (at < 0) return ''
  const from = at + which.length
  for (let i = from; i < from + 255; i++) if (c.peek(i) === 0x22) return textAt(c, from, i - from)
  return ''
}
