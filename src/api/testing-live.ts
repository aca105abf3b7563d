/** For tests: interfaces of real captures read into real tables, without threads. Ticks and changes come when a test says so. */

import { rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { allDissectors } from '../dissectors/index.gen.ts'
import type { ExportInfo } from '../lib/flow-export.ts'
import {
  type Answer,
  type Ask,
  BadQuestion,
  type InterfaceInfo,
  type Live,
  type LiveInterface,
  type Question,
  type Tick,
  type Totals,
} from '../lib/live.ts'
import type { DeviceInfo } from '../lib/live-capture.ts'
import type { Recordings } from '../lib/recording.ts'
import { createCatalogue } from '../names/catalogue.ts'
import { Answers } from '../probe/answers.ts'
import { openInput } from '../sources/open-source.ts'
import { LiveTables } from '../tables/live-tables.ts'
import { LocalNetworks } from '../wire/address-class.ts'

export const sample = (name: string) => fileURLToPath(new URL(`../../samples/${name}`, import.meta.url))

const catalogue = createCatalogue()

async function answersOf(path: string, name: string): Promise<Answers> {
  const tables = new LiveTables({
    catalogue,
    dissectors: allDissectors,
    local: LocalNetworks.default(),
    seed: 1,
    flowLimit: 4096,
    hostLimit: 4096,
    count: 'wire',
    observe: { contactsOf: 'local', aggregations: 1 },
  })
  const source = openInput(path)
  await source.run({ packets: (batch) => tables.take(batch) }, new AbortController().signal)
  tables.finish()
  tables.tickTo(tables.nowMs + 1000)
  return new Answers(tables, () => source.stats(), name)
}

export class TestInterface implements LiveInterface {
  readonly key = 'test'
  info: InterfaceInfo
  path: string | undefined
  /** Nothing passes here any more, and nothing is kept, unless a test says otherwise. */
  recordings: Recordings = {
    start: async () => {
      throw new BadQuestion('interface', 'no packets pass any more')
    },
    kept: async () => undefined,
    ring: async () => undefined,
  }
  private readonly answers: Answers | undefined
  constructor(info: InterfaceInfo, answers: Answers | undefined, path?: string) {
    this.info = info
    this.answers = answers
    this.path = path
  }
  async ask<Q extends Question>(question: Q, ask: Ask<Q>): Promise<Answer<Q>> {
    if (this.answers === undefined) throw new Error('worker gone')
    // As it comes from another thread.
    return structuredClone(this.answers.answer(question, ask))
  }
  change(changed: Partial<InterfaceInfo>): void {
    this.info = { ...this.info, ...changed }
  }
  latest(): Totals | undefined {
    return this.answers?.totals()
  }
}

const NO_PROGRESS = { packets: 0, bytesRead: 0, cutShort: false, faults: [], faultCount: 0 }

export class TestingLive implements Live {
  readonly every: TestInterface[] = []
  /** None are joined here. */
  readonly all = undefined
  readonly restarted: number[] = []
  private readonly tickListeners = new Set<(tick: Tick) => void>()
  private readonly changeListeners = new Set<(interfaces: readonly InterfaceInfo[]) => void>()

  /** Reads a capture of samples/ as the next interface. */
  async open(name: string, info: Partial<InterfaceInfo> = {}): Promise<TestInterface> {
    return this.add({ name, state: 'ended', ...info }, await answersOf(sample(name), name))
  }
  add(info: Partial<InterfaceInfo>, answers?: Answers, path?: string): TestInterface {
    const whole = { id: this.every.length + 1, name: 'x', kind: 'capture-file', state: 'running', progress: NO_PROGRESS, ...info } as const
    const one = new TestInterface(whole, answers, path)
    this.every.push(one)
    return one
  }

  exports(): readonly ExportInfo[] {
    return []
  }
  interfaces(): readonly LiveInterface[] {
    return this.every
  }
  get(id: number): LiveInterface | undefined {
    return this.every.find(({ info }) => info.id === id)
  }
  upload(name: string, path: string): LiveInterface {
    const one = this.add({ name, kind: 'upload', state: 'starting' }, undefined, path)
    this.change()
    return one
  }
  async restart(id: number): Promise<void> {
    this.restarted.push(id)
  }
  async loadHistory(): Promise<never> {
    throw new Error('there is no past in this test')
  }
  readonly aliases: Record<string, string> = {}
  nameExporter(address: string, alias: string): void {
    this.aliases[address] = alias
  }
  readonly hostNames: Record<string, string> = {}
  nameHost(address: string, name: string): boolean {
    this.hostNames[address] = name
    return true
  }
  broughtUp = 0
  async bringRecordsUp(): Promise<void> {
    this.broughtUp++
  }
  rename(id: number, name: string): void {
    this.every.find(({ info }) => info.id === id)!.change({ name })
  }
  async setEnabled(id: number, enabled: boolean): Promise<void> {
    this.every.find(({ info }) => info.id === id)!.change({ state: enabled ? 'running' : 'disabled' })
  }
  readonly known: DeviceInfo[] = []
  captureRefusal: string | undefined
  devices(): readonly DeviceInfo[] {
    return this.known
  }
  capture(name: string, devices: readonly string[]): LiveInterface {
    return this.add({ name, kind: 'live', state: 'starting', device: { names: devices, link: 'up', addresses: [], freezes: 0, lagMs: 0 } })
  }
  async remove(id: number): Promise<void> {
    const at = this.every.findIndex(({ info }) => info.id === id)
    const [gone] = this.every.splice(at, 1)
    if (gone?.path) await rm(gone.path)
    this.change()
  }
  onTick(listener: (tick: Tick) => void): () => void {
    this.tickListeners.add(listener)
    return () => this.tickListeners.delete(listener)
  }
  onChange(listener: (interfaces: readonly InterfaceInfo[]) => void): () => void {
    this.changeListeners.add(listener)
    return () => this.changeListeners.delete(listener)
  }

  tick(one: LiveInterface): void {
    for (const listener of this.tickListeners) listener({ interface: one.info.id, info: one.info, totals: one.latest()! })
  }
  change(): void {
    for (const listener of this.changeListeners) listener(this.every.map(({ info }) => info))
  }
}
