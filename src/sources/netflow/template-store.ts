import type { Exporter } from '../collect/exporters.ts'
import { OptionsData } from './options-data.ts'
import type { Template } from './template.ts'

/** An exporter may have so many; more are refused. */
const MAX_TEMPLATES = 1000
/** Of the templates of all exporters together: some 100 bytes a field. Who sends may call himself as many exporters as he likes. */
export const MAX_ALL_FIELDS = 1024 * 1024
/** Of one exporter, and of all together. */
const MAX_HELD_BYTES = 256 * 1024
export const MAX_ALL_HELD_BYTES = 16 * 1024 * 1024
/** What a set takes beside its bytes: one that is empty is not for nothing. */
const HELD_SET_BYTES = 256
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
export interface ScopeBudget {
  /** Of sets that wait for their template. */
  heldBytes: number
  /** Of all templates. */
  fields: number
}

/** What came from one port, or over one connection. */
interface PortTemplates {
  readonly byId: Map<number, Template>
  /** When data or templates came last, epoch ms. */
  usedMs: number
}

/**
 * Templates of one exporter: an address and a domain. A template is known by the port that it came from, because two processes behind one address may use the same numbers;
 * data from a port without templates of its own is read by those that came last, because there are exporters that change their port. Those of a connection are its own, and
 * hold until it is closed (RFC 7011 §8.1, §8.4).
 */
export class TemplateScope {
  readonly exporter: Exporter
  readonly options: OptionsData
  private readonly byPort = new Map<number, PortTemplates>()
  private latest: PortTemplates | undefined
  private held: HeldSet[] = []
  private heldBytes = 0
  private count = 0
  private readonly budget: ScopeBudget
  private readonly isByConnection: boolean
  /** Has changed since it was last saved. */
  isChanged = false

  constructor(exporter: Exporter, budget: ScopeBudget, isByConnection = false) {
    this.exporter = exporter
    this.budget = budget
    this.isByConnection = isByConnection
    this.options = new OptionsData(exporter)
  }

  find(port: number, id: number, nowMs: number): Template | undefined {
    const own = this.byPort.get(port) ?? (this.isByConnection ? undefined : this.latest)
    if (own === undefined) return undefined
    own.usedMs = nowMs
    return own.byId.get(id)
  }

  /** Takes a template; false: there are too many. */
  put(port: number, template: Template, nowMs: number): boolean {
    template.receivedMs = nowMs
    const own = this.ofPort(port)
    own.usedMs = nowMs
    this.latest = own
    const before = own.byId.get(template.id)
    if (before?.isSame(template)) {
      before.receivedMs = nowMs
      return true
    }
    const more = fieldsOf(template) - fieldsOf(before)
    if ((before === undefined && this.count >= MAX_TEMPLATES) || this.budget.fields + more > MAX_ALL_FIELDS) {
      this.exporter.fault('too many templates')
      return false
    }
    own.byId.set(template.id, template)
    this.changed(before === undefined ? 1 : 0, more)
    return true
  }
  private ofPort(port: number): PortTemplates {
    let own = this.byPort.get(port)
    if (own === undefined) {
      if (!this.isByConnection && this.byPort.size === MAX_PORTS) this.forget(this.idlest())
      own = { byId: new Map(), usedMs: 0 }
      this.byPort.set(port, own)
    }
    return own
  }
  private idlest(): number {
    return [...this.byPort].reduce((a, b) => (b[1].usedMs < a[1].usedMs ? b : a))[0]
  }
  private changed(templates: number, fields: number): void {
    this.count += templates
    this.budget.fields += fields
    this.exporter.templates = this.count
    this.isChanged = true
  }

  /** All that came from a port, or over a connection that is closed now. */
  forget(port: number): void {
    const own = this.byPort.get(port)
    if (own === undefined) return
    this.byPort.delete(port)
    for (const template of own.byId.values()) this.changed(-1, -fieldsOf(template))
  }

  withdraw(port: number, id: number): void {
    const own = this.byPort.get(port)
    const template = own?.byId.get(id)
    if (template === undefined) return
    own!.byId.delete(id)
    this.changed(-1, -fieldsOf(template))
  }
  withdrawAll(port: number, isOptions: boolean): void {
    for (const [id, { layout }] of this.byPort.get(port)?.byId ?? []) if (layout.scopes > 0 === isOptions) this.withdraw(port, id)
  }

  /** Keeps a set until its template comes; the oldest make room. */
  hold(set: HeldSet): void {
    const length = sizeOf(set)
    while (this.held.length > 0 && this.heldBytes + length > MAX_HELD_BYTES) this.giveUpOldest()
    if (length > MAX_HELD_BYTES || this.budget.heldBytes + length > MAX_ALL_HELD_BYTES) {
      this.exporter.setsUndecoded++
      return
    }
    this.held.push(set)
    this.note(length)
  }
  private note(bytes: number): void {
    this.heldBytes += bytes
    this.budget.heldBytes += bytes
    this.exporter.setsWaiting = this.held.length
  }
  private giveUpOldest(): void {
    const [oldest] = this.held.splice(0, 1)
    this.exporter.setsUndecoded++
    this.note(-sizeOf(oldest!))
  }

  /** Sets that waited for this template. */
  release(id: number): HeldSet[] {
    if (this.held.length === 0) return []
    const ready = this.held.filter((set) => set.id === id)
    if (ready.length === 0) return []
    this.held = this.held.filter((set) => set.id !== id)
    this.note(-ready.reduce((sum, set) => sum + sizeOf(set), 0))
    return ready
  }

  /** Templates that were not told again for too long are forgotten, and sets that waited as long are given up. */
  expire(nowMs: number, lifetimeMs: number): void {
    while (this.held.length > 0 && this.held[0]!.receivedMs + HELD_MS < nowMs) this.giveUpOldest()
    if (this.isByConnection) return
    for (const [port, own] of this.byPort) {
      for (const [id, { receivedMs }] of own.byId) if (receivedMs + lifetimeMs < nowMs) this.withdraw(port, id)
      if (own.byId.size === 0 && this.latest !== own) this.byPort.delete(port)
    }
  }

  get templates(): readonly (readonly [port: number, template: Template])[] {
    return [...this.byPort].flatMap(([port, { byId }]) => [...byId.values()].map((template) => [port, template] as const))
  }
}

const fieldsOf = (template: Template | undefined): number => template?.layout.fields.length ?? 0
const sizeOf = ({ bytes }: HeldSet): number => HELD_SET_BYTES + bytes.length
