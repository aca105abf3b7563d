import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { KeptInterface, KeptNaming } from '../lib/live.ts'

const FILE = 'names.json'
const MAX_NAMES = 10_000

type Names = { readonly exporters: Readonly<Record<string, string>>; readonly interfaces: Readonly<Record<string, KeptInterface>> }

/** What users call exporters, by address, and interfaces, by what they read: kept over a restart. */
export class KeptNames implements KeptNaming {
  private readonly path: string | undefined
  private names: Names = { exporters: {}, interfaces: {} }

  /** Without a folder they last as long as the program. A file that cannot be understood is set aside. */
  constructor(folder: string | undefined) {
    this.path = folder === undefined ? undefined : join(folder, FILE)
    if (this.path !== undefined && existsSync(this.path)) this.names = read(this.path)
  }

  get exporters(): Readonly<Record<string, string>> {
    return this.names.exporters
  }
  interface(key: string): KeptInterface {
    return Object.hasOwn(this.names.interfaces, key) ? this.names.interfaces[key]! : {}
  }

  /** An empty name takes it away. Throws as writeFileSync does; then nothing has changed. */
  nameExporter(address: string, alias: string): void {
    this.keep({ ...this.names, exporters: changed(this.names.exporters, address, alias === '' ? undefined : alias) })
  }
  changeInterface(key: string, change: { readonly name?: string; readonly disabled?: boolean }): void {
    const { disabled, ...before } = this.interface(key)
    const isDisabled = change.disabled ?? disabled ?? false
    const after: KeptInterface = {
      ...before,
      ...(change.name !== undefined && { name: change.name }),
      ...(isDisabled && { disabled: true }),
    }
    this.keep({ ...this.names, interfaces: changed(this.names.interfaces, key, Object.keys(after).length === 0 ? undefined : after) })
  }

  private keep(names: Names): void {
    if (this.path !== undefined) {
      writeFileSync(`${this.path}.new`, `${JSON.stringify(names, null, 1)}\n`, { mode: 0o600, flush: true })
      renameSync(`${this.path}.new`, this.path)
    }
    this.names = names
  }
}

/** What comes too much pushes out what was named first. */
function changed<T>(all: Readonly<Record<string, T>>, key: string, value: T | undefined): Readonly<Record<string, T>> {
  const others = Object.entries(all).filter(([one]) => one !== key)
  return Object.fromEntries(value === undefined ? others : [...others.slice(-MAX_NAMES + 1), [key, value]])
}

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
  return { exporters: {}, interfaces: {} }
}
