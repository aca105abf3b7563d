import { existsSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { MAX_GIVEN_NAME } from '../lib/host-naming.ts'
import { type KeyValue, keysOf, StoreAway, type Write } from '../lib/key-value.ts'
import type { KeptInterface, KeptNaming } from '../lib/live.ts'
import { showable } from '../lib/text.ts'
import { formatAddress, parseAddress } from '../wire/address.ts'
import { exporterNamesKey, hostNamesKey, interfaceNameKey, interfaceOfKey, notIdleKey, preferencesPrefix } from './keys.ts'
import { RememberedHash } from './remembered-hash.ts'

/** Where names were kept before there was a store of state. */
const FORMER_FILE = 'names.json'
const MAX_NAMES = 10_000
const MAX_KEYS = 100_000
const TRY_AGAIN_MS = 2000

type Interfaces = Readonly<Record<string, KeptInterface>>
interface Former {
  readonly exporters: Readonly<Record<string, string>>
  readonly interfaces: Interfaces
}
const NONE: Former = { exporters: {}, interfaces: {} }

/**
 * What users call hosts and exporters, by address, and interfaces, by what they read, and which are disabled: kept over a restart. What was read once is remembered, so that nobody waits for the store.
 */
export class KeptNames implements KeptNaming {
  private readonly store: KeyValue
  private readonly instance: string
  private readonly ofHosts: RememberedHash
  private readonly ofExporters: RememberedHash
  private hostNames: Readonly<Record<string, string>> = {}
  private exporterNames: Readonly<Record<string, string>> = {}
  /** How fields are spelled in the store whose address is usually written otherwise. */
  private readonly spelled = new Map<string, string>()
  private interfaces: Interfaces = {}
  /** Interfaces that there are. */
  private readonly asked = new Set<string>()
  /** Changes of interfaces that have been said, and that are on their way to the store. */
  private changes = 0
  private unwritten = 0
  private isLoaded = false
  private isClosed = false

  /** `instance`: what this wiretop is called. */
  constructor(store: KeyValue, instance: string) {
    this.store = store
    this.instance = instance
    this.ofHosts = new RememberedHash(store, hostNamesKey, MAX_NAMES)
    this.ofExporters = new RememberedHash(store, exporterNamesKey, MAX_NAMES)
  }

  /**
   * Reads what is kept, and takes over the file of a folder where names were before. Resolves when that is done, or the store is away: then it is done when the
   * store returns, and `late` is called.
   */
  async load(folder?: string, late: () => void = () => undefined): Promise<void> {
    if (!(await this.tryLoad(folder))) void this.loadLater(folder, late)
  }
  private async loadLater(folder: string | undefined, late: () => void): Promise<void> {
    do {
      await new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_MS).unref())
      if (this.isClosed) return
    } while (!(await this.tryLoad(folder)))
    late()
  }

  private async tryLoad(folder: string | undefined): Promise<boolean> {
    try {
      await this.ofHosts.read()
      await this.ofExporters.read()
      const kept = await this.readInterfaces()
      // What was said meanwhile holds.
      this.interfaces = { ...kept, ...this.interfaces }
      if (folder !== undefined) await this.takeOver(join(folder, FORMER_FILE), kept)
      this.understand()
      this.isLoaded = true
      return true
    } catch (error) {
      if (!(error instanceof StoreAway)) throw error
      return false
    }
  }

  /** What the store has already holds. */
  private async takeOver(file: string, kept: Interfaces): Promise<void> {
    if (!existsSync(file)) return
    const former = read(file)
    for (const [address, alias] of Object.entries(former.exporters))
      if (!this.ofExporters.all.has(address)) this.ofExporters.set(address, alias)
    this.interfaces = { ...former.interfaces, ...this.interfaces }
    await this.store.write(this.writesOf({ ...former.interfaces, ...kept }))
    if (existsSync(file)) renameSync(file, `${file}.taken`)
  }

  private async readInterfaces(): Promise<Interfaces> {
    const { store, instance } = this
    const keys = (await keysOf(store, preferencesPrefix, MAX_KEYS)).filter((key) => interfaceOfKey(key) !== undefined)
    const values = await store.getMany(keys)
    const found = new Map(keys.map((key, at) => [key, values[at]]))
    const interfaces: Record<string, KeptInterface> = {}
    for (const key of keys) {
      const { name } = interfaceOfKey(key)!
      const own = name.endsWith(`@${instance}`) ? name.slice(0, -instance.length - 1) : name
      const called = found.get(interfaceNameKey(own))
      const isDisabled = (found.get(notIdleKey(own, instance)) ?? found.get(notIdleKey(own))) === '0'
      const kept: KeptInterface = { ...(called !== undefined && { name: called }), ...(isDisabled && { disabled: true }) }
      if (Object.keys(kept).length > 0) interfaces[own] = kept
    }
    return interfaces
  }

  /** Whether others have written something else into the store. Rejects with StoreAway. */
  async readAgain(): Promise<boolean> {
    if (!this.isLoaded) return false
    const ofHosts = await this.ofHosts.read()
    const ofExporters = await this.ofExporters.read()
    const ofInterfaces = await this.readNamesAgain()
    if (ofHosts || ofExporters) this.understand()
    return ofHosts || ofExporters || ofInterfaces
  }
  /** Whether one is disabled is its own. */
  private async readNamesAgain(): Promise<boolean> {
    const { changes } = this
    const names = [...this.asked]
    if (names.length === 0 || this.unwritten > 0) return false
    const found = await this.store.getMany(names.map(interfaceNameKey))
    if (changes !== this.changes) return false
    const news = names.filter((key, at) => found[at] !== undefined && found[at] !== this.interface(key).name)
    for (const key of news) this.interfaces = changed(this.interfaces, key, { ...this.interface(key), name: found[names.indexOf(key)]! })
    return news.length > 0
  }

  /** Anything may stand in a store that others write to: what is neither an address nor a name is left out. */
  private understand(): void {
    const hosts: Record<string, string> = {}
    this.spelled.clear()
    for (const [field, value] of this.ofHosts.all) {
      const words = parseAddress(field)
      const name = value.trim()
      if (words === undefined || name === '' || name.length > MAX_GIVEN_NAME || showable(name) !== name) continue
      const address = formatAddress(...words)
      if (address !== field) this.spelled.set(address, field)
      hosts[address] = name
    }
    this.hostNames = hosts
    this.exporterNames = Object.fromEntries(this.ofExporters.all)
  }

  get hosts(): Readonly<Record<string, string>> {
    return this.hostNames
  }
  get exporters(): Readonly<Record<string, string>> {
    return this.exporterNames
  }
  interface(key: string): KeptInterface {
    this.asked.add(key)
    return Object.hasOwn(this.interfaces, key) ? this.interfaces[key]! : {}
  }

  /** An empty name takes it away. */
  nameHost(address: string, name: string): boolean {
    const { ofHosts, spelled } = this
    if (name !== '' && ofHosts.isFull && !ofHosts.all.has(address)) return false
    const other = spelled.get(address)
    if (other !== undefined) ofHosts.set(other, undefined)
    if (name !== '' || ofHosts.all.has(address)) ofHosts.set(address, name === '' ? undefined : name)
    this.understand()
    return true
  }
  nameExporter(address: string, alias: string): void {
    if (alias === '' || !this.ofExporters.isFull) this.ofExporters.set(address, alias === '' ? undefined : alias)
    this.understand()
  }
  changeInterface(key: string, change: { readonly name?: string; readonly disabled?: boolean }): void {
    const { disabled, ...before } = this.interface(key)
    const isDisabled = change.disabled ?? disabled ?? false
    const after: KeptInterface = {
      ...before,
      ...(change.name !== undefined && { name: change.name }),
      ...(isDisabled && { disabled: true }),
    }
    this.interfaces = changed(this.interfaces, key, Object.keys(after).length === 0 ? undefined : after)
    this.write([
      ...(change.name === undefined ? [] : [{ op: 'set', key: interfaceNameKey(key), value: change.name } as const]),
      ...(change.disabled === undefined
        ? []
        : [{ op: 'set', key: notIdleKey(key, this.instance), value: isDisabled ? '0' : '1' } as const]),
    ])
  }

  close(): void {
    this.isClosed = true
  }

  /** What cannot be kept is counted by the store, which says so. */
  private write(batch: readonly Write[]): void {
    this.changes++
    this.unwritten++
    const done = () => {
      this.unwritten--
    }
    this.store.write(batch).then(done, done)
  }

  private writesOf(interfaces: Interfaces): Write[] {
    return Object.entries(interfaces).flatMap(([key, { name, disabled }]): Write[] => [
      ...(name === undefined ? [] : [{ op: 'set', key: interfaceNameKey(key), value: name } as const]),
      ...(disabled === true ? [{ op: 'set', key: notIdleKey(key, this.instance), value: '0' } as const] : []),
    ])
  }
}

/** What comes too much pushes out what was named first. */
function changed<T>(all: Readonly<Record<string, T>>, key: string, value: T | undefined): Readonly<Record<string, T>> {
  const others = Object.entries(all).filter(([one]) => one !== key)
  return Object.fromEntries(value === undefined ? others : [...others.slice(-MAX_NAMES + 1), [key, value]])
}

/** A file that cannot be understood is set aside. */
function read(path: string): Former {
  const isTexts = (value: unknown): value is Record<string, string> =>
    typeof value === 'object' && value !== null && Object.values(value).every((one) => typeof one === 'string')
  const isInterfaces = (value: unknown): value is Record<string, KeptInterface> =>
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every(
      (one) => typeof one === 'object' && one !== null && ['string', 'undefined'].includes(typeof (one as KeptInterface).name),
    )
  try {
    const { exporters, interfaces } = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>
    if (isTexts(exporters) && isInterfaces(interfaces)) return { exporters, interfaces }
  } catch {
    // Set aside below.
  }
  renameSync(path, `${path}.damaged`)
  return NONE
}
