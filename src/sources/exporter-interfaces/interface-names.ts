import type { KnownInterface } from '../../lib/exporters.ts'
import type { InterfaceList } from '../../names/interface-list.ts'
import { formatAddress, parseAddress } from '../../wire/address.ts'
import { type AgentQuestions, SnmpPoller, type SnmpState } from './snmp-poller.ts'
import type { SnmpSettings } from './snmp-settings.ts'

/** Of one exporter, as ifMIB tables and lists are bounded. */
const MAX_INTERFACES = 4096
/** Exporters that somebody watches. */
const MAX_WATCHED = 65_535

/** Who says what interfaces are called. */
export interface KnownBy {
  readonly csv?: InterfaceList | undefined
  readonly snmp?: SnmpSettings | undefined
}

export type InterfacesChanged = (address: string, interfaces: readonly KnownInterface[]) => void

/**
 * What is known of the interfaces of exporters, by the user's list and by asking them: plain objects, to be sent to the threads that collect. What the list says goes before what
 * an agent says, field by field.
 */
export class InterfaceNames {
  private csv: InterfaceList
  private poller: SnmpPoller | undefined
  private readonly questions: AgentQuestions | undefined
  private readonly listeners = new Set<InterfacesChanged>()
  /** By how many each address is watched. */
  private readonly watchers = new Map<string, number>()

  constructor({ csv = new Map(), snmp }: KnownBy, questions?: AgentQuestions) {
    this.csv = csv
    this.questions = questions
    this.poller = this.pollerOf(snmp)
  }
  private pollerOf(snmp: SnmpSettings | undefined): SnmpPoller | undefined {
    return snmp === undefined || snmp.count === 0 ? undefined : new SnmpPoller(snmp, (address) => this.tell(address), this.questions)
  }

  /** The list and the settings say something else now: exporters that are watched are asked anew. */
  async replace({ csv = new Map(), snmp }: KnownBy): Promise<void> {
    const before = this.poller
    this.csv = csv
    this.poller = this.pollerOf(snmp)
    for (const address of this.watchers.keys()) {
      this.poller?.watch(address)
      this.tell(address)
    }
    await before?.close()
  }

  /** What is known now. */
  of(address: string): readonly KnownInterface[] {
    const canonical = canonicalOf(address)
    return merged(this.csv.get(canonical) ?? [], this.poller?.of(canonical) ?? [])
  }

  /** Called with all that is known of an address when that has changed; its counters change every minute. Gives what takes the listener away. */
  onChange(listener: InterfacesChanged): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }
  private tell(address: string): void {
    const interfaces = this.of(address)
    for (const listener of this.listeners) listener(address, interfaces)
  }

  /** An exporter was seen: it is asked from now on, where settings say so. As often as it is watched it must be unwatched. Gives what is known already. */
  watch(address: string): readonly KnownInterface[] {
    const canonical = canonicalOf(address)
    const watchers = this.watchers.get(canonical) ?? 0
    if (watchers > 0 || this.watchers.size < MAX_WATCHED) this.watchers.set(canonical, watchers + 1)
    if (watchers === 0) this.poller?.watch(canonical)
    return this.of(canonical)
  }
  unwatch(address: string): void {
    const canonical = canonicalOf(address)
    const watchers = this.watchers.get(canonical) ?? 0
    if (watchers > 1) this.watchers.set(canonical, watchers - 1)
    else if (this.watchers.delete(canonical)) this.poller?.unwatch(canonical)
  }

  /** How asking goes, by exporter. */
  get states(): readonly SnmpState[] {
    return this.poller?.states ?? []
  }

  async close(): Promise<void> {
    this.listeners.clear()
    await this.poller?.close()
  }
}

function canonicalOf(address: string): string {
  const words = parseAddress(address)
  return words === undefined ? address : formatAddress(...words)
}

function merged(listed: readonly KnownInterface[], asked: readonly KnownInterface[]): readonly KnownInterface[] {
  if (listed.length === 0 || asked.length === 0) return listed.length === 0 ? asked : listed
  const byIndex = new Map(asked.map((known) => [known.ifIndex, known]))
  for (const known of listed) {
    const other = byIndex.get(known.ifIndex)
    const namedBy = known.name === undefined && other?.name !== undefined ? 'snmp' : 'csv'
    byIndex.set(known.ifIndex, { ...other, ...known, namedBy })
  }
  return [...byIndex.values()].sort((a, b) => a.ifIndex - b.ifIndex).slice(0, MAX_INTERFACES)
}
