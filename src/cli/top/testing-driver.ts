/** For tests: the live view over a real capture, without a terminal and without threads. */
import { fileURLToPath } from 'node:url'
import { allDissectors } from '../../dissectors/index.gen.ts'
import type { Answer, Ask, InterfaceInfo } from '../../lib/live.ts'
import { createCatalogue } from '../../names/catalogue.ts'
import { Answers } from '../../probe/answers.ts'
import { completeFilter } from '../../query/filter.ts'
import { openInput } from '../../sources/open-source.ts'
import { LiveTables } from '../../tables/live-tables.ts'
import { LocalNetworks } from '../../wire/address-class.ts'
import type { FeedQuestion, TopFeed } from './feed.ts'
import { InputParser } from './input.ts'
import { inquire } from './inquiry.ts'
import type { InterfaceEntry } from './interface-rows.ts'
import type { Size } from './layout.ts'
import { plainText } from './line.ts'
import { render, type Screen } from './render.ts'
import { type Data, newData, newState, type State, wantedOf } from './state.ts'
import { type Effect, update } from './update.ts'

const sample = (name: string) => fileURLToPath(new URL(`../../../samples/${name}`, import.meta.url))

export class TestFeed implements TopFeed {
  readonly origin = 'http://127.0.0.1:3000'
  entries: readonly InterfaceEntry[]
  private readonly answers: Answers
  private constructor(answers: Answers, entries: readonly InterfaceEntry[]) {
    this.answers = answers
    this.entries = entries
  }
  static async of(name: string, state: InterfaceInfo['state'] = 'ended'): Promise<TestFeed> {
    const tables = new LiveTables({
      catalogue: createCatalogue(),
      dissectors: allDissectors,
      local: LocalNetworks.default(),
      seed: 1,
      flowLimit: 4096,
      hostLimit: 4096,
      count: 'wire',
    })
    const source = openInput(sample(name))
    await source.run({ packets: (batch) => tables.take(batch) }, new AbortController().signal)
    tables.finish()
    const answers = new Answers(tables, () => source.stats(), name)
    const { packets, bytesRead, bytesTotal = 0 } = source.stats()
    const progress = { packets, bytesRead, bytesTotal, cutShort: false, faults: [], faultCount: 0 }
    return new TestFeed(answers, [{ info: { id: 1, name, kind: 'capture-file', state, progress }, totals: answers.totals() }])
  }
  interfaces(): readonly InterfaceEntry[] {
    return this.entries
  }
  lostSinceMs(): undefined {
    return undefined
  }
  async lookAtAll(): Promise<void> {}
  async ask<Q extends FeedQuestion>(_interfaceId: number, question: Q, ask: Ask<Q>): Promise<Answer<Q>> {
    return this.answers.answer(question, ask)
  }
  async complete(_interfaceId: number, _entity: string, text: string, offset: number) {
    return completeFilter(text, offset, {})
  }
  onChange(): () => void {
    return () => {}
  }
  async close(): Promise<void> {}
}

/** 10:22:31 wherever the test runs. */
const CLOCK_MS = new Date(2026, 0, 2, 10, 22, 31).getTime()

export class Driver {
  state: State
  data: Data
  size: Size
  readonly effects: Effect[] = []
  private readonly feed: TopFeed
  private asked = ''

  private constructor(feed: TopFeed, size: Size, state: Partial<State>) {
    this.feed = feed
    this.size = size
    this.state = newState(state)
    this.data = { ...newData(feed.origin), clockMs: CLOCK_MS, interfaces: feed.interfaces() }
  }
  static async start(feed: TopFeed, width: number, height: number, state: Partial<State> = {}): Promise<Driver> {
    const driver = new Driver(feed, { width, height }, state)
    await driver.settle()
    return driver
  }

  /** Text as the terminal sends it. */
  async keys(...texts: string[]): Promise<this> {
    for (const text of texts) {
      const parser = new InputParser()
      for (const event of [...parser.feed(new TextEncoder().encode(text)), ...parser.flush()]) {
        const { state, effects } = update(this.state, event, this.data, this.size)
        this.state = state
        this.effects.push(...effects)
        await this.settle()
      }
    }
    return this
  }
  click(x: number, y: number): Promise<this> {
    return this.keys(`\u001b[<0;${x + 1};${y + 1}M`)
  }

  private async settle(): Promise<void> {
    for (;;) {
      const wanted = wantedOf(this.state, this.data, this.size)
      const key = JSON.stringify(wanted)
      if (key === this.asked) return
      this.asked = key
      this.data = (await inquire(this.feed, wanted))(this.data)
    }
  }

  screen(): Screen {
    return render(this.state, this.data, this.size)
  }
  lines(): string[] {
    return this.screen().lines.map((spans) => plainText(spans).trimEnd())
  }
  text(): string {
    return `${this.lines().join('\n')}\n`
  }
}

export const UP = '\u001b[A'
export const DOWN = '\u001b[B'
export const RIGHT = '\u001b[C'
export const LEFT = '\u001b[D'
export const END = '\u001b[F'
export const HOME = '\u001b[H'
export const PAGE_DOWN = '\u001b[6~'
export const ESCAPE = '\u001b'
export const ENTER = '\r'
export const TAB = '\t'
