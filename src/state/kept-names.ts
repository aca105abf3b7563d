import { existsSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { type KeyValue, keysOf, StoreAway, type Write, WrongKind } from '../lib/key-value.ts'
import type { KeptInterface, KeptNaming } from '../lib/live.ts'
import { exporterNamesKey, interfaceNameKey, interfaceOfKey, notIdleKey, preferencesPrefix } from './keys.ts'

/** Where names were kept before there was a store of state. */
const FORMER_FILE = 'names.json'
const MAX_NAMES = 10_000
const MAX_KEYS = 100_000
const TRY_AGAIN_MS = 2000

type Names = { readonly exporters: Readonly<Record<string, string>>; readonly interfaces: Readonly<Record<string, KeptInterface>> }
const NONE: Names = { exporters: {}, interfaces: {} }

/** What users call exporters, by address, and interfaces, by what they read, and which are disabled: kept over a restart. What was read once is remembered, so that nobody waits for the store. */
export class KeptNames implements KeptNaming {
  private readonly store: KeyValue
  private readonly instance: string
  private names: Names = NONE
  private isClosed = false

  /** `instance`: what this wiretop is called. */
  constructor(store: KeyValue, instance: string) {
    this.store = store
    this.instance = instance
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
      const kept = await this.readAll()
      this.names = merged(kept, this.names)
      if (folder !== undefined) await this.takeOver(join(folder, FORMER_FILE), kept)
      return true
    } catch (error) {
      if (!(error instanceof StoreAway)) throw error
      return false
    }
  }

  /** What the store has already holds. */
  private async takeOver(file: string, kept: Names): Promise<void> {
    if (!existsSync(file)) return
    const former = read(file)
    this.names = merged(former, this.names)
    await this.store.write(this.writesOf(merged(former, kept)))
    if (existsSync(file)) renameSync(file, `${file}.taken`)
  }

  private async readAll(): Promise<Names> {
    const { store, instance } = this
    const exporters = Object.fromEntries(await orNothing(store.hash(exporterNamesKey)))
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
    return { exporters, interfaces }
  }

  get exporters(): Readonly<Record<string, string>> {
    return this.names.exporters
  }
  interface(key: string): KeptInterface {
    return Object.hasOwn(this.names.interfaces, key) ? this.names.interfaces[key]! : {}
  }

  /** An empty name takes it away. */
  nameExporter(address: string, alias: string): void {
    const { exporters } = this.names
    const after = changed(exporters, address, alias === '' ? undefined : alias)
    this.names = { ...this.names, exporters: after }
    const gone = Object.keys(exporters).filter((one) => !Object.hasOwn(after, one))
    this.write([
      ...gone.map((field): Write => ({ op: 'hash-delete', key: exporterNamesKey, field })),
      ...(alias === '' ? [] : [{ op: 'hash-set', key: exporterNamesKey, field: address, value: alias } as const]),
    ])
  }
  changeInterface(key: string, change: { readonly name?: string; readonly disabled?: boolean }): void {
    const { disabled, ...before } = this.interface(key)
    const isDisabled = change.disabled ?? disabled ?? false
    const after: KeptInterface = {
      ...before,
      ...(change.name !== undefined && { name: change.name }),
      ...(isDisabled && { disabled: true }),
    }
    this.names = { ...this.names, interfaces: changed(this.names.interfaces, key, Object.keys(after).length === 0 ? undefined : after) }
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
    this.store.write(batch).catch(() => undefined)
  }

  private writesOf({ exporters, interfaces }: Names): Write[] {
    return [
      ...Object.entries(exporters).map(([field, value]): Write => ({ op: 'hash-set', key: exporterNamesKey, field, value })),
      ...Object.entries(interfaces).flatMap(([key, { name, disabled }]): Write[] => [
        ...(name === undefined ? [] : [{ op: 'set', key: interfaceNameKey(key), value: name } as const]),
        ...(disabled === true ? [{ op: 'set', key: notIdleKey(key, this.instance), value: '0' } as const] : []),
      ]),
    ]
  }
}

/** Somebody may have put something else there. */
const orNothing = (hash: Promise<ReadonlyMap<string, string>>): Promise<ReadonlyMap<string, string>> =>
  hash.catch((error: unknown) => {
    if (error instanceof WrongKind) return new Map<string, string>()
    throw error
  })

/** What was said meanwhile holds. */
const merged = (kept: Names, said: Names): Names => ({
  exporters: { ...kept.exporters, ...said.exporters },
  interfaces: { ...kept.interfaces, ...said.interfaces },
})

/** What comes too much pushes out what was named first. */
function changed<T>(all: Readonly<Record<string, T>>, key: string, value: T | undefined): Readonly<Record<string, T>> {
  const others = Object.entries(all).filter(([one]) => one !== key)
  return Object.fromEntries(value === undefined ? others : [...others.slice(-MAX_NAMES + 1), [key, value]])
}

/** A file that cannot be understood is set aside. */
function read(path: string): Names {
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
