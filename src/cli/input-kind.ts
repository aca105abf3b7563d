import { existsSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { Refusal } from './option.ts'

const PENDING = 'not yet available in this version'

export interface Surroundings {
  exists(path: string): boolean
  isInterface(name: string): boolean
}

const here: Surroundings = {
  exists: existsSync,
  isInterface: (name) => name in networkInterfaces(),
}

/**
 * The guide's `-i` also takes the name or number of a network interface and the endpoints of collectors; those are refused by name until they
 * exist. A file that is not there is not refused: its interface shows as failed, and the others go on.
 */
export function checkInput(spec: string, { exists, isInterface }: Surroundings = here): Refusal | undefined {
  if (exists(spec) || spec === '-') return undefined
  for (const part of spec.split(',').map((text) => text.trim())) {
    if (/^([^@/]*@)?(tcp|ipc|zmq|inproc|udp):\/\//.test(part)) return new Refusal(`${part} (collecting flows): ${PENDING}`)
    if (exists(part)) continue
    if (/^\d{1,3}$/.test(part) || isInterface(part) || looksLikeInterface(part))
      return new Refusal(`${part} (live capture): ${PENDING}; give a capture file`)
  }
  return undefined
}

/** Linux allows 15 characters, and names of captures nearly always have a dot or a slash in them. */
const looksLikeInterface = (name: string) => /^[a-z][\w-]{1,14}(:\d+)?$/i.test(name) && (name === 'any' || /\d/.test(name))
