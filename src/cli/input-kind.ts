import { existsSync } from 'node:fs'
import { nearest } from '../lib/nearest.ts'
import { receiverKindOf } from '../sources/collect/receiver-kinds.ts'
import { type NetworkInterface, networkInterfaceList, withoutTwice } from '../sources/interfaces.ts'
import { Refusal } from './option.ts'

const PENDING = 'not yet available in this version'

/** `-i none`: nothing is opened at the start. */
export const NO_INPUT = 'none'
/** libpcap's name for all interfaces together. */
const ANY = 'any'

export interface Surroundings {
  exists(path: string): boolean
  /** In the order that numbers them. */
  interfaces(): readonly NetworkInterface[]
}

const here: Surroundings = {
  exists: existsSync,
  interfaces: () => networkInterfaceList(),
}

/** What one `-i` means: a capture (or several, or a list), interfaces of this machine that become one of ours, or an endpoint that exporters send to. */
export type Input =
  | { readonly kind: 'capture'; readonly path: string }
  | { readonly kind: 'live'; readonly devices: readonly string[] }
  | { readonly kind: 'collector'; readonly endpoint: string }

/**
 * The name of an interface, or its number as `--help` lists it, or several with commas between; else a capture. A file that is not there is not refused: its interface
 * shows as failed, and the others go on.
 */
export function inputOf(spec: string, { exists, interfaces }: Surroundings = here): Input | Refusal {
  if (spec === '-' || exists(spec)) return { kind: 'capture', path: spec }
  const collector = receiverKindOf(spec)
  if (collector !== undefined) {
    const checked = collector.check(spec)
    return typeof checked === 'string' ? new Refusal(checked) : { kind: 'collector', endpoint: spec }
  }
  const known = interfaces()
  const parts = spec.split(',').map((text) => text.trim())
  const devices: string[] = []
  for (const part of parts) {
    if (/^([^@/]*@)?(tcp|ipc|zmq|inproc|udp):\/\//.test(part)) return new Refusal(`${part} (collecting flows): ${PENDING}`)
    const device = exists(part) ? undefined : deviceOf(part, known)
    if (device instanceof Refusal) return device
    if (device !== undefined) devices.push(device)
  }
  if (devices.length === 0) return { kind: 'capture', path: spec }
  if (devices.length < parts.length) return new Refusal(`${spec}: interfaces and captures cannot be merged: give each its own -i`)
  return { kind: 'live', devices: withoutTwice(known, devices) }
}

export const checkInput = (spec: string, surroundings: Surroundings = here): Refusal | undefined => {
  const input = spec === NO_INPUT ? undefined : inputOf(spec, surroundings)
  return input instanceof Refusal ? input : undefined
}

/** Undefined: it is rather the name of a capture. */
function deviceOf(part: string, known: readonly NetworkInterface[]): string | Refusal | undefined {
  if (part === ANY || known.some(({ name }) => name === part)) return part
  const names = known.map(({ name }) => name)
  if (/^\d{1,3}$/.test(part))
    return names[Number(part) - 1] ?? new Refusal(`${part}: there is no interface of that number; ${listed(names)}`)
  if (!looksLikeInterface(part)) return undefined
  const guess = nearest(part, names)
  return new Refusal(`${part}: no such interface${guess === undefined ? '' : `: did you mean ${guess}?`}; ${listed(names)}`)
}

const listed = (names: readonly string[]) => (names.length === 0 ? 'there are none' : `there are ${names.join(', ')}`)

/** Linux allows 15 characters, and names of captures nearly always have a dot or a slash in them. */
const looksLikeInterface = (name: string) => /^[a-z][\w-]{1,14}(:\d+)?$/i.test(name) && /\d/.test(name)

/** The lines of `--help` that number the interfaces. */
export function interfaceLines(known: readonly NetworkInterface[] = here.interfaces()): string[] {
  return known.map(
    ({ name, up, kind, addresses }, i) =>
      `  ${i + 1}  ${name} (${[kind, up ? undefined : 'down', ...addresses].filter(Boolean).join(', ')})`,
  )
}
