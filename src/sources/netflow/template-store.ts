import type { Exporter } from '../collect/exporters.ts'
import { OptionsData } from './options-data.ts'
import type { Template } from './template.ts'

/** An exporter may have so many; more are refused. */
const MAX_TEMPLATES = 1000
/** Of one exporter, and of all together. */
const MAX_HELD_BYTES = 256 * 1024
export const MAX_ALL_HELD_BYTES = 16 * 1024 * 1024
/** Source ports of one exporter that are told apart; one that sends each datagram from another needs one. */
const MAX_PORTS = 8
const HELD_MS = 30 * 60_000

/** A set of data whose template has not come. */
export interface HeldSet {
  readonly id: number
  readonly bytes: Uint8Array
  /** Of the message that it came in. */
  readonly exportMs: number
  readonly uptimeMs: number
  readonly receivedMs: number
}

/** What all scopes of a collector share. */
export interface HeldBudget {
  bytes: number
}

/**
 * Templates of one exporter: an address and a domain. A template is known by the port that it came from, because two processes behind one address may use the same numbers;
 * data from a port without templates of its own is read by those that came last, because there are exporters that change their port.
 */
export class TemplateScope {
  readonly exporter: Exporter
  readonly options: OptionsData
  private readonly byPort = new Map<number, Map<number, Template>>()
  private latest = new Map<number, Template>()
  private held: HeldSet[] = []
  private heldBytes = 0
  private count = 0
  private readonly budget: HeldBudget
  /** Has changed since it was last saved. */
  isChanged = false

  constructor(exporter: Exporter, budget: HeldBudget) {
    this.exporter = exporter
    this.budget = budget
    this.options = new OptionsData(exporter)
  }

  find(port: number, id: number): Template | undefined {
    return (this.byPort.get(port) ?? this.latest).get(id)
  }

  /** Takes a template; false: there are too many. */
  put(port: number, template: Template, nowMs: number): boolean {
    template.receivedMs = nowMs
    const own = this.ofPort(port)
    this.latest = own
    const before = own.get(template.id)
    if (before?.isSame(template)) {
      before.receivedMs = nowMs
      return true
    }
    if (before === undefined && this.count >= MAX_TEMPLATES) {
      this.exporter.fault('too many templates')
      return false
    }
    if (before === undefined) this.count++
    own.set(template.id, template)
    this.exporter.templates = this.count
    this.isChanged = true
    return true
  }
  private ofPort(port: number): Map<number, Template> {
    let own = this.byPort.get(port)
    if (own === undefined) {
      if (this.byPort.size === MAX_PORTS) this.forgetPort(this.byPort.keys().next().value!)
      own = new Map()
      this.byPort.set(port, own)
    }
    return own
  }
  private forgetPort(port: number): void {
    this.count -= this.byPort.get(port)?.size ?? 0
    this.byPort.delete(port)
  }

  withdraw(port: number, id: number): void {
    if (this.byPort.get(port)?.delete(id)) this.count--
    this.exporter.templates = this.count
    this.isChanged = true
  }
  withdrawAll(port: number, isOptions: boolean): void {
    for (const [id, { layout }] of this.byPort.get(port) ?? []) if (layout.scopes > 0 === isOptions) this.withdraw(port, id)
  }

  /** Keeps a set until its template comes; the oldest make room. */
  hold(set: HeldSet): void {
    const { length } = set.bytes
    while (this.held.length > 0 && this.heldBytes + length > MAX_HELD_BYTES) this.giveUpOldest()
    if (length > MAX_HELD_BYTES || this.budget.bytes + length > MAX_ALL_HELD_BYTES) {
      this.exporter.setsUndecoded++
      return
    }
    this.held.push(set)
    this.note(length)
  }
  private note(bytes: number): void {
    this.heldBytes += bytes
    this.budget.bytes += bytes
    this.exporter.setsWaiting = this.held.length
  }
  private giveUpOldest(): void {
    const [oldest] = this.held.splice(0, 1)
    this.exporter.setsUndecoded++
    this.note(-oldest!.bytes.length)
  }

  /** Sets that waited for this template. */
  release(id: number): HeldSet[] {
    if (this.held.length === 0) return []
    const ready = this.held.filter((set) => set.id === id)
    if (ready.length === 0) return []
    this.held = this.held.filter((set) => set.id !== id)
    this.note(-ready.reduce((sum, { bytes }) => sum + bytes.length, 0))
    return ready
  }

  /** Templates that were not told again for too long are forgotten, and sets that waited as long are given up. */
  expire(nowMs: number, lifetimeMs: number): void {
    while (this.held.length > 0 && this.held[0]!.receivedMs + HELD_MS < nowMs) this.giveUpOldest()
    for (const [port, templates] of this.byPort) {
      for (const [id, { receivedMs }] of templates) if (receivedMs + lifetimeMs < nowMs) this.withdraw(port, id)
      if (templates.size === 0 && this.latest !== templates) this.byPort.delete(port)
    }
  }

  get templates(): readonly (readonly [port: number, template: Template])[] {
    return [...this.byPort].flatMap(([port, templates]) => [...templates.values()].map((template) => [port, template] as const))
  }
}
