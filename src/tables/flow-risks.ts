import { FLOW_LOOKS_DENSE, FLOW_LOOKS_RANDOM } from '../dissectors/recognised-flow.ts'
import type { RiskTold } from '../lib/live.ts'
import { allRisks } from '../risks/index.gen.ts'
import { clientScore, type Risk, SCORES } from '../risks/risk.ts'
import type { RiskLists } from '../risks/risk-lists.ts'
import { PROTO_TCP } from '../wire/packet.ts'
import { FlowFacts, SETTLED_MS } from './flow-facts.ts'
import { FlowHabits, type Raise } from './flow-habits.ts'
import type { LiveTables } from './live-tables.ts'
import { FLOW_CLIENT_IS_B, FLOW_JUDGED_OVER, FLOW_LIVE, FLOW_NEWS, STATE_CLOSED, tcpState } from './tcp-analysis.ts'

/** What a set of risks comes to. The same object for the same set. */
export interface RiskSet {
  readonly names: readonly string[]
  readonly score: number
  readonly clientScore: number
  readonly serverScore: number
}
export const NO_RISKS: RiskSet = { names: [], score: 0, clientScore: 0, serverScore: 0 }

/** Flows whose raised risks come with evidence that is kept; what is raised of others is kept without. */
const MAX_EVIDENCE = 65_536
const MAX_EVIDENCE_LEN = 255

const wordOf = ({ id }: Risk): 0 | 1 => (id <= 32 ? 0 : 1)
const bitOf = ({ id }: Risk): number => 1 << ((id - 1) & 31)

/** Sets of risks, two words of bits each, by number. */
class RiskSets {
  private words: Int32Array
  constructor(count: number) {
    this.words = new Int32Array(2 * count)
  }
  add(n: number, risk: Risk): void {
    this.words[2 * n + wordOf(risk)]! |= bitOf(risk)
  }
  /** One word of set `n`; empty beyond the last. */
  word(n: number, word: 0 | 1): number {
    return this.words[2 * n + word] ?? 0
  }
  get marks(): Int32Array {
    return this.words
  }
}

// What a risk may wait for, beside fields and names.
const ANYTHING = 0
const SERVER_NAME = 1
const RANDOM = 2
const DENSE = 3
const NETWORKS = 4
const GIVEN = { serverName: SERVER_NAME, looksRandom: RANDOM, looksDense: DENSE, listedNetworks: NETWORKS } as const

/**
 * The risks of flows: two words of bits a flow, beside its row, which has no room left and whose packets never need them. Judged when a flow is booked and
 * recognition knows something new of it, ten seconds after it began, and when it is over; never a packet.
 */
export class FlowRisks {
  private readonly t: LiveTables
  readonly lists: RiskLists
  private readonly facts: FlowFacts
  private readonly habits: FlowHabits
  private words = new Int32Array(2 * 1024)
  /** Which risks are asked of a flow of a dissector (1 + its index; 0: of none), … */
  private readonly byDissector: RiskSets
  /** … of those that look at more than what is known, … */
  private readonly counting: readonly [number, number]
  /** … and of these only where the flow has such a field, such a protocol or application, or what else they wait for. */
  private readonly byField: RiskSets
  private readonly byApplication: RiskSets
  private readonly fieldMask: readonly [number, number]
  private readonly byGiven = new RiskSets(NETWORKS + 1)
  /** By their bits. */
  private readonly byBit: readonly (Risk | undefined)[]
  private readonly raisedMask: readonly [number, number]
  /** What stays when only those are asked. */
  private readonly knownMask: readonly [number, number]
  private readonly passingMask: readonly [number, number]
  private readonly byName: ReadonlyMap<string, Risk>
  private readonly evidence = new Map<number, Map<number, string>>()
  private readonly sets = new Map<number, Map<number, RiskSet>>()
  /** Rows and serials of flows in the order in which they began, to be looked at once more. */
  private readonly young: number[] = []
  private youngFrom = 0

  constructor(tables: LiveTables, lists: RiskLists) {
    this.t = tables
    this.lists = lists
    this.facts = new FlowFacts(tables, lists)
    this.habits = new FlowHabits(tables)
    const { dissectors, catalogue } = tables.options
    const { declaredFields } = tables.naming
    this.byDissector = new RiskSets(dissectors.length + 1)
    this.byField = new RiskSets(declaredFields.length)
    this.byApplication = new RiskSets(catalogue.applications.length)
    this.byBit = Array.from({ length: 64 }, (_, bit) => allRisks.find(({ id }) => id === bit + 1))
    for (const r of allRisks.filter(({ check }) => check !== undefined)) {
      const { of, fields, names, given } = r
      if (of === 'any') this.byDissector.add(0, r)
      // A dissector may read what another one's name stands for: DTLS between STUN messages.
      for (const [i, d] of dissectors.entries())
        if (of === 'any' || [d.name, ...Object.keys(d.alsoNames ?? {})].some((name) => of.includes(name))) this.byDissector.add(i + 1, r)
      for (const [i, { name }] of declaredFields.entries()) if (fields?.includes(name)) this.byField.add(i, r)
      for (const name of names ?? []) this.byApplication.add(catalogue.idOf(name), r)
      if (given !== undefined) this.byGiven.add(GIVEN[given], r)
      if (fields === undefined && names === undefined && given === undefined) this.byGiven.add(ANYTHING, r)
    }
    this.byName = new Map(allRisks.map((r) => [r.name, r]))
    const mask = (keep: (r: Risk) => boolean) =>
      [0, 1].map((word) => allRisks.filter((r) => wordOf(r) === word && keep(r)).reduce((bits, r) => bits | bitOf(r), 0)) as [
        number,
        number,
      ]
    this.raisedMask = mask((r) => r.of === 'raised' || r.alsoRaised === true)
    this.knownMask = mask((r) => r.counts !== true || r.of === 'raised' || r.alsoRaised === true)
    this.passingMask = mask((r) => r.passing === true)
    this.counting = mask((r) => r.counts === true)
    this.fieldMask = mask((r) => r.fields !== undefined)
  }

  /** A dissector says so of the flow on which the rows stand. */
  raise(name: string, evidence: string): void {
    const risk = this.byName.get(name)
    if (risk === undefined) return
    const { row } = this.t.flows.rows
    const [low, high] = [this.word(row, 0), this.word(row, 1)]
    if (wordOf(risk) === 0) this.put(row, low | bitOf(risk), high)
    else this.put(row, low, high | bitOf(risk))
    if (evidence !== '') this.keepEvidence(row, risk.id, evidence)
    this.t.flows.rows.go(row)
  }
  private keepEvidence(row: number, id: number, evidence: string): void {
    let of = this.evidence.get(row)
    if (of === undefined) {
      if (this.evidence.size >= MAX_EVIDENCE) return
      of = new Map()
      this.evidence.set(row, of)
    }
    if (!of.has(id)) of.set(id, evidence.slice(0, MAX_EVIDENCE_LEN))
  }

  /** The flow has been booked for the first time. */
  isNew(row: number): void {
    const r = this.t.flows.rows.go(row)
    r.flags |= FLOW_NEWS
    if (this.t.options.idle !== undefined) this.young.push(row, r.serial)
    this.habits.begun(row, this.facts.begin(row, false).toMany, this.raiseHabit)
  }
  private readonly raiseHabit: Raise = (name, evidence) => this.raise(name, evidence)

  /** The flow has been booked: asks what there is to ask. */
  booked(row: number): void {
    const r = this.t.flows.rows.go(row)
    const { flags } = r
    const isOver = (flags & FLOW_JUDGED_OVER) === 0 && tcpState(flags) >= STATE_CLOSED && ((r.meta >>> 8) & 255) === PROTO_TCP
    if (isOver) this.over(row)
    else if ((flags & FLOW_NEWS) !== 0) this.judge(row, (flags & FLOW_JUDGED_OVER) !== 0)
  }

  /** Nothing more will come of the flow. */
  over(row: number): void {
    const r = this.t.flows.rows.go(row)
    const isFirst = (r.flags & FLOW_JUDGED_OVER) === 0
    r.flags |= FLOW_JUDGED_OVER
    if (isFirst) this.habits.over(row, this.raiseHabit)
    this.judge(row, true)
  }

  /** Looks once more at the flows that have become ten seconds old. */
  tick(): void {
    const { young, t } = this
    const { rows } = t.flows
    while (this.youngFrom < young.length) {
      const row = young[this.youngFrom]!
      rows.go(row)
      const isSame = (rows.flags & FLOW_LIVE) !== 0 && rows.serial === young[this.youngFrom + 1]
      if (isSame && rows.firstSeenMs + SETTLED_MS > t.nowMs) break
      this.youngFrom += 2
      if (isSame) this.judge(row, (rows.flags & FLOW_JUDGED_OVER) !== 0)
    }
    if (2 * this.youngFrom > young.length) {
      young.splice(0, this.youngFrom)
      this.youngFrom = 0
    }
  }

  private judge(row: number, isOver: boolean): void {
    const { rows } = this.t.flows
    rows.go(row)
    const { dissector } = rows
    const isNews = (rows.flags & FLOW_NEWS) !== 0
    const kept = isNews ? this.raisedMask : this.knownMask
    this.facts.begin(row, isOver)
    const low = (this.word(row, 0) & kept[0]) | this.ask(0, this.toAsk(row, dissector, isNews, 0))
    const high = (this.word(row, 1) & kept[1]) | this.ask(1, this.toAsk(row, dissector, isNews, 1))
    this.put(row, low, high)
    rows.go(row)
    // What may pass is asked for again when more comes.
    const mayPass = !isOver && ((low & this.passingMask[0]) | (high & this.passingMask[1])) !== 0
    rows.flags = mayPass ? rows.flags | FLOW_NEWS : rows.flags & ~FLOW_NEWS
  }

  /** Which risks of this word the flow of `facts` is to be asked for. */
  private toAsk(row: number, dissector: number, isNews: boolean, word: 0 | 1): number {
    const asked = this.byDissector.word(dissector, word) & (isNews ? -1 : this.counting[word])
    const { byGiven, byField, byApplication } = this
    const { master, app, flags } = this.t.flows.rows.go(row)
    let given = byGiven.word(ANYTHING, word) | byApplication.word(master, word) | byApplication.word(app, word)
    if ((flags & FLOW_LOOKS_RANDOM) !== 0) given |= byGiven.word(RANDOM, word)
    if ((flags & FLOW_LOOKS_DENSE) !== 0) given |= byGiven.word(DENSE, word)
    if (this.lists.hasNetworks) given |= byGiven.word(NETWORKS, word)
    const named = byGiven.word(SERVER_NAME, word)
    if ((asked & named) !== 0 && this.facts.serverName !== '') given |= named
    const left = asked & ~given & this.fieldMask[word]
    return (asked & given) | (left === 0 ? 0 : left & this.t.naming.details.marksOf(row, byField.marks, 2, word))
  }
  /** Those that are there. */
  private ask(word: 0 | 1, bits: number): number {
    const { facts, byBit } = this
    let found = 0
    while (bits !== 0) {
      const bit = bits & -bits
      bits ^= bit
      if (byBit[32 * word + 31 - Math.clz32(bit)]!.check!(facts) !== undefined) found |= bit
    }
    return found
  }

  /** Gives the flow these risks, and its hosts what that adds to their scores. */
  private put(row: number, low: number, high: number): void {
    const before = this.word(row, 0)
    const highBefore = this.word(row, 1)
    if (low === before && high === highBefore) return
    if (2 * row >= this.words.length) {
      const wider = new Int32Array(Math.max(2 * row + 2, 2 * this.words.length))
      wider.set(this.words)
      this.words = wider
    }
    this.words[2 * row] = low
    this.words[2 * row + 1] = high
    this.addToHosts(row, this.setOf(before, highBefore), -1)
    this.addToHosts(row, this.setOf(low, high), 1)
  }

  private addToHosts(row: number, set: RiskSet, sign: 1 | -1): void {
    if (set.score === 0) return
    const { flows, hosts } = this.t
    const r = flows.rows.go(row)
    const client = (r.flags & FLOW_CLIENT_IS_B) !== 0 ? 1 : 0
    const atClient = r.host(client)
    const atServer = r.host(1 - client)
    if (atClient >= 0) hosts.rows.go(atClient).scoreAsClient += sign * set.clientScore
    if (atServer >= 0) hosts.rows.go(atServer).scoreAsServer += sign * set.serverScore
  }

  /** The flow's row is about to be freed. */
  forget(row: number): void {
    this.put(row, 0, 0)
    this.evidence.delete(row)
  }

  private word(row: number, i: 0 | 1): number {
    return 2 * row < this.words.length ? this.words[2 * row + i]! : 0
  }

  /** The risks of a flow. */
  of(row: number): RiskSet {
    return this.setOf(this.word(row, 0), this.word(row, 1))
  }
  private setOf(low: number, high: number): RiskSet {
    if ((low | high) === 0) return NO_RISKS
    let byLow = this.sets.get(high)
    if (byLow === undefined) {
      byLow = new Map()
      this.sets.set(high, byLow)
    }
    let set = byLow.get(low)
    if (set === undefined) {
      set = riskSet(allRisks.filter((r) => ((wordOf(r) === 0 ? low : high) & bitOf(r)) !== 0))
      byLow.set(low, set)
    }
    return set
  }

  /** What is told of each risk of a flow; the evidence is made now, or was kept. */
  told(row: number): RiskTold[] {
    const names = new Set(this.of(row).names)
    const isOver = (this.t.flows.rows.go(row).flags & FLOW_JUDGED_OVER) !== 0
    const facts = this.facts.begin(row, isOver)
    return allRisks
      .filter(({ name }) => names.has(name))
      .map((risk) => {
        const evidence = risk.check?.(facts) ?? this.evidence.get(row)?.get(risk.id)
        const score = SCORES[risk.severity]
        const atClient = clientScore(risk)
        const { name, severity, about } = risk
        return { name, severity, score, clientScore: atClient, serverScore: score - atClient, about, ...(evidence && { evidence }) }
      })
  }

  get bytesInUse(): number {
    return this.words.byteLength
  }
}

function riskSet(risks: readonly Risk[]): RiskSet {
  const score = risks.reduce((sum, { severity }) => sum + SCORES[severity], 0)
  const atClient = risks.reduce((sum, r) => sum + clientScore(r), 0)
  return { names: risks.map(({ name }) => name), score, clientScore: atClient, serverScore: score - atClient }
}
