import { readdirSync, readFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { type NetworkInterface, networkInterfaceList, SYSFS } from './interfaces.ts'

export type InterfaceChange =
  | { readonly what: 'added' | 'removed' | 'up' | 'down' | 'addresses'; readonly interface: NetworkInterface }
  | { readonly what: 'renamed'; readonly interface: NetworkInterface; readonly from: string }

/** What became of the interfaces; the number tells which one is which. */
export function interfaceChanges(before: readonly NetworkInterface[], after: readonly NetworkInterface[]): InterfaceChange[] {
  const old = new Map(before.map((each) => [each.index, each]))
  const changes: InterfaceChange[] = []
  for (const now of after) {
    const was = old.get(now.index)
    old.delete(now.index)
    if (was === undefined) changes.push({ what: 'added', interface: now })
    else changes.push(...changesOf(was, now))
  }
  // First what is gone: its name may be another's already.
  return [...[...old.values()].map((gone): InterfaceChange => ({ what: 'removed', interface: gone })), ...changes]
}

function* changesOf(was: NetworkInterface, now: NetworkInterface): Generator<InterfaceChange> {
  if (was.name !== now.name) yield { what: 'renamed', interface: now, from: was.name }
  if (was.up !== now.up) yield { what: now.up ? 'up' : 'down', interface: now }
  if (was.addresses.join() !== now.addresses.join()) yield { what: 'addresses', interface: now }
}

const EVERY_MS = 1000
/** What no fingerprint shows (speed, members) is read again after so many looks. */
const FULL_EVERY = 10

/** What changes when an interface comes, goes, is renamed, goes up or down, or gets another address: two small files an interface, where all of it takes fifteen. */
function fingerprint(): string {
  const states = readdirSync(SYSFS).map((name) => `${name} ${text(name, 'ifindex')} ${text(name, 'flags')}`)
  const addresses = Object.entries(networkInterfaces()).map(([name, all = []]) => `${name} ${all.map(({ cidr }) => cidr).join()}`)
  return [...states, ...addresses].join('\n')
}
function text(name: string, file: string): string {
  try {
    return readFileSync(`${SYSFS}/${name}/${file}`, 'latin1')
  } catch {
    // It is going, or no interface at all.
    return ''
  }
}

/** Looks once a second, and tells what has changed since, until the signal aborts. Keeps no process alive. Takes no thread and no socket. */
export function watchInterfaces(
  listener: (changes: readonly InterfaceChange[], all: readonly NetworkInterface[]) => void,
  signal: AbortSignal,
  options: { readonly list?: () => NetworkInterface[]; readonly everyMs?: number } = {},
): void {
  const list = options.list ?? networkInterfaceList
  const print = options.list === undefined ? fingerprint : () => ''
  let known = list()
  let seen = print()
  let looks = 0
  const timer = setInterval(() => {
    const now = print()
    if (now === seen && now !== '' && ++looks % FULL_EVERY !== 0) return
    seen = now
    const all = list()
    const changes = interfaceChanges(known, all)
    known = all
    if (changes.length > 0) listener(changes, all)
  }, options.everyMs ?? EVERY_MS).unref()
  signal.addEventListener('abort', () => clearInterval(timer), { once: true })
}
