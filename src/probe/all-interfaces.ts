import {
  ALL_INTERFACES,
  type Answer,
  type Ask,
  BadQuestion,
  type InterfaceInfo,
  type InterfaceState,
  type LiveInterface,
  type Question,
  type Totals,
} from '../lib/live.ts'
import type { InterfaceMergeRule } from '../lib/merge-rule.ts'
import type { Recordings } from '../lib/recording.ts'
import { MAX_FAULTS } from '../lib/source.ts'
import { MergedInterfaces } from './merge/interfaces.ts'
import type { InterfacePart } from './merge/overlap.ts'
import type { Limits } from './merge/totals.ts'
import type { ProbeInterface } from './probe-interface.ts'

/** Workers of one interface have numbers below this. */
const MAX_WORKERS = 64
/** Nobody has asked for so long: what is kept from one question to the next is let go of. */
const FORGET_AFTER_MS = 60_000
/** Totals that are older are not the latest. */
const LATEST_FOR_MS = 3000
const TRIES = 2

export interface AllInterfacesOptions extends Limits {
  readonly rule: InterfaceMergeRule
  /** Those that are joined, as they are now. */
  interfaces(): readonly ProbeInterface[]
}

/** All interfaces as one: what several of them have seen counts once. Nothing is done before somebody asks. */
export class AllInterfaces implements LiveInterface {
  /** No kept flow is of all. */
  readonly key = ''
  private readonly options: AllInterfacesOptions
  private readonly merged: MergedInterfaces
  private totals: Totals | undefined
  private totalsAtMs = 0
  private forgetting: NodeJS.Timeout | undefined

  constructor(options: AllInterfacesOptions) {
    this.options = options
    const [salt] = crypto.getRandomValues(new Int32Array(1))
    this.merged = new MergedInterfaces({ name: NAME, rule: options.rule, salt: salt! })
  }

  get interfaces(): readonly ProbeInterface[] {
    return this.options.interfaces()
  }
  private get answering(): readonly ProbeInterface[] {
    return this.interfaces.filter(({ parts, info }) => parts.length > 0 && (info.state !== 'failed' || info.progress.packets > 0))
  }

  get info(): InterfaceInfo {
    const infos = this.interfaces.map(({ info }) => info)
    const failed = infos.filter(({ state }) => state === 'failed')
    const sum = (of: (info: InterfaceInfo) => number) => infos.reduce((total, info) => total + of(info), 0)
    const totals = infos.map(({ progress }) => progress.bytesTotal)
    return {
      id: ALL_INTERFACES,
      name: NAME,
      kind: 'all',
      state: stateOf(infos.map(({ state }) => state)),
      ...(failed.length > 0 && {
        failure: failed.map(({ name, failure = 'the reason is not known' }) => `${name}: ${failure}`).join('; '),
      }),
      all: { rule: this.options.rule, interfaces: this.answering.map(({ id }) => id) },
      progress: {
        packets: sum(({ progress }) => progress.packets),
        bytesRead: sum(({ progress }) => progress.bytesRead),
        ...(totals.every((total) => total !== undefined) && { bytesTotal: sum(({ progress }) => progress.bytesTotal!) }),
        cutShort: infos.some(({ progress }) => progress.cutShort),
        faults: infos.flatMap(({ name, progress }) => progress.faults.map((fault) => `${name}: ${fault}`)).slice(0, MAX_FAULTS),
        faultCount: sum(({ progress }) => progress.faultCount),
      },
    }
  }

  /** Only while somebody asks for them. */
  latest(): Totals | undefined {
    return performance.now() - this.totalsAtMs < LATEST_FOR_MS ? this.totals : undefined
  }

  async ask<Q extends Question>(question: Q, ask: Ask<Q>): Promise<Answer<Q>> {
    for (let tries = 1; ; tries++) {
      const { answering } = this
      if (answering.length === 0) throw new Error(`no interface answers: ${this.info.failure ?? 'all are disabled'}`)
      const parts = partsOf(answering)
      try {
        const answer = await this.merged.answer(parts, this.limits(answering.length), question, ask)
        if (question === 'totals') this.keep(answer as Totals)
        this.forgetLater()
        return answer
      } catch (error) {
        // One of them may have gone meanwhile: the others answer.
        const isLessNow = partsOf(this.answering).length < parts.length
        if (error instanceof BadQuestion || !isLessNow || tries === TRIES) throw error
      }
    }
  }

  private limits(interfaces: number): Limits {
    const { flowLimit, hostLimit } = this.options
    return { flowLimit: flowLimit * interfaces, hostLimit: hostLimit * interfaces }
  }
  private keep(totals: Totals): void {
    this.totals = totals
    this.totalsAtMs = performance.now()
  }
  private forgetLater(): void {
    clearTimeout(this.forgetting)
    this.forgetting = setTimeout(() => this.merged.forget(), FORGET_AFTER_MS)
    this.forgetting.unref()
  }

  readonly recordings: Recordings = {
    start: () => Promise.reject(onOneOfThem()),
    kept: () => Promise.reject(onOneOfThem()),
    ring: () => Promise.resolve(undefined),
  }
}

const NAME = 'All interfaces'
const onOneOfThem = () => new BadQuestion('interface', 'a packet may have been seen by several interfaces: ask one of them for its packets')

function partsOf(interfaces: readonly ProbeInterface[]): InterfacePart[] {
  const isAnyRunning = interfaces.some(({ info }) => info.state !== 'ended')
  return interfaces.flatMap((one) => {
    const { id, name, state } = one.info
    return one.parts.map((worker) => ({
      number: MAX_WORKERS * id + worker.number,
      interfaceId: id,
      interfaceName: name,
      isAtRest: isAnyRunning && state === 'ended',
      part: (question, ask, elsewhere) => worker.part(question, ask, elsewhere),
      answer: (question, ask) => worker.answer(question, ask),
    })) satisfies InterfacePart[]
  })
}

/** One that has failed or is disabled is none that the others wait for. */
function stateOf(states: readonly InterfaceState[]): InterfaceState {
  const there = states.filter((state) => state !== 'failed' && state !== 'disabled')
  if (there.length === 0) return states.includes('failed') ? 'failed' : 'disabled'
  if (there.includes('running')) return 'running'
  return there.includes('starting') ? 'starting' : 'ended'
}
