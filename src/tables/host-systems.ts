import { Recent } from '../dissectors/recent.ts'
import { systemOfSyn } from '../names/tcp-systems.ts'
import { readUserAgent } from '../names/user-agents.ts'
import type { Packet } from '../wire/packet.ts'
import type { HostTable } from './host-table.ts'

// Where a host row's `system` comes from: above its number.
export const BY_AGENT = 0x8000
const NUMBER = 0x7fff
/** Fingerprints, and systems, that are told apart; later ones are not kept. */
const MAX_KEPT = 4096
const NONE = 0

const TCP_HEADER_LEN = 20
const MAX_OPTIONS = 40
const END = 0
const NOP = 1
const MSS = 2
const WINDOW_SCALE = 3
const OPTION_NAMES: readonly string[] = ['eol', 'nop', 'mss', 'ws', 'sok', 'sack', '6', '7', 'ts']

/** A list of texts, each with a number from 1 on. */
class Kept {
  private readonly texts = ['']
  private readonly numbers = new Map<string, number>()
  numberOf(text: string): number {
    const known = this.numbers.get(text)
    if (known !== undefined) return known
    if (this.texts.length >= MAX_KEPT) return NONE
    this.numbers.set(text, this.texts.length)
    return this.texts.push(text) - 1
  }
  text(number: number): string | undefined {
    return this.texts[number] || undefined
  }
}

/** Agents whose system is remembered; when there is no more room, all are forgotten. */
const MAX_AGENTS = 4096

/**
 * What systems the hosts run: by the first SYN that each sent, and better by a user agent. Costs a packet nothing but a look at its host's row, and only where
 * a connection or a request begins.
 */
export class HostSystems {
  private readonly hosts: HostTable
  private readonly prints = new Kept()
  private readonly systems = new Kept()
  private readonly printOfSyn = new Recent<number>(1024)
  private readonly systemOfPrint: number[] = [NONE]
  /** Of agents read lately. */
  private readonly systemOfAgents = new Map<string, number>()

  constructor(hosts: HostTable) {
    this.hosts = hosts
  }

  /** The system of the host in this row, by name. */
  system(host: number): string | undefined {
    return this.systems.text(this.hosts.rows.go(host).system & NUMBER)
  }
  /** The same where a user agent has said it. */
  systemByAgent(host: number): string | undefined {
    const { system } = this.hosts.rows.go(host)
    return (system & BY_AGENT) === 0 ? undefined : this.systems.text(system & NUMBER)
  }
  /** Initial hop limit, window, MSS, window scale and options of its SYN, as '64:29200:1460:7:mss,sok,ts,nop,ws'. */
  tcpFingerprint(host: number): string | undefined {
    return this.prints.text(this.hosts.rows.go(host).tcpPrint)
  }

  /** What was known of a host before, unless it is known better by now. */
  restore(host: number, system: string | undefined, isByAgent: boolean, print: string | undefined): void {
    const rows = this.hosts.rows.go(host)
    if (print !== undefined && rows.tcpPrint === NONE) rows.tcpPrint = this.prints.numberOf(print)
    if (system === undefined || (rows.system !== NONE && (!isByAgent || (rows.system & BY_AGENT) !== 0))) return
    const number = this.systems.numberOf(system)
    if (number !== NONE) rows.system = isByAgent ? number | BY_AGENT : number
  }

  /** `host` has sent this SYN. */
  syn(host: number, p: Packet): void {
    const rows = this.hosts.rows.go(host)
    if (rows.tcpPrint !== NONE) return
    const print = this.readSyn(p)
    rows.tcpPrint = print
    if (rows.system === NONE) rows.system = this.systemOfPrint[print]!
  }

  /** `host` has said that it is this program. */
  agent(host: number, userAgent: string): void {
    const rows = this.hosts.rows.go(host)
    if ((rows.system & BY_AGENT) !== 0) return
    const number = this.systemOfAgent(userAgent)
    if (number !== NONE) rows.system = number | BY_AGENT
  }

  private systemOfAgent(userAgent: string): number {
    const known = this.systemOfAgents.get(userAgent)
    if (known !== undefined) return known
    const { system } = readUserAgent(userAgent)
    const number = system === undefined ? NONE : this.systems.numberOf(system)
    if (this.systemOfAgents.size === MAX_AGENTS) this.systemOfAgents.clear()
    this.systemOfAgents.set(userAgent, number)
    return number
  }

  private readSyn(p: Packet): number {
    const { buf: b, payloadAt } = p
    const ttl = initialTtl(p.ttl)
    let mss = -1
    let scale = -1
    const { printOfSyn } = this
    printOfSyn.begin().add(ttl).add(p.tcpWindow)
    const end = Math.min(payloadAt, p.l4At + TCP_HEADER_LEN + MAX_OPTIONS)
    for (let at = p.l4At + TCP_HEADER_LEN; at < end; at += optionLength(b, at, end)) {
      const kind = b[at]!
      printOfSyn.add(kind)
      if (kind === MSS && end - at >= 4) mss = (b[at + 2]! << 8) | b[at + 3]!
      else if (kind === WINDOW_SCALE && end - at >= 3) scale = b[at + 2]!
    }
    printOfSyn.add(mss).add(scale)
    return printOfSyn.find() ?? printOfSyn.keep(this.keep(b, p.l4At + TCP_HEADER_LEN, end, ttl, p.tcpWindow, mss, scale))
  }

  private keep(b: Uint8Array, at: number, end: number, ttl: number, window: number, mss: number, windowScale: number): number {
    const names: string[] = []
    for (; at < end; at += optionLength(b, at, end)) names.push(OPTION_NAMES[b[at]!] ?? `${b[at]}`)
    const options = names.join(',')
    const print = this.prints.numberOf(`${ttl}:${window}:${mss < 0 ? '' : mss}:${windowScale < 0 ? '' : windowScale}:${options}`)
    if (print === NONE) return NONE
    const system = systemOfSyn({ ttl, window, mss, windowScale, options })
    this.systemOfPrint[print] = system === undefined ? NONE : this.systems.numberOf(system)
    return print
  }
}

/** Hosts begin with one of these; each router takes one away. */
const initialTtl = (ttl: number) => (ttl <= 32 ? 32 : ttl <= 64 ? 64 : ttl <= 128 ? 128 : 255)

/** Two kinds have no length (RFC 9293 §3.2); one that is none ends the list. */
function optionLength(b: Uint8Array, at: number, end: number): number {
  const kind = b[at]!
  if (kind === END || kind === NOP) return 1
  const length = at + 1 < end ? b[at + 1]! : 0
  return length < 2 ? end - at : length
}
