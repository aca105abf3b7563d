import { latin1 } from './commands.ts'

/**
 * The greeting (RFC 37):
 *   signature FF, eight bytes of padding, 7F · version 3, 1 · mechanism, 20 bytes padded with NUL · as-server, 1 byte · 31 bytes of padding
 */
export const GREETING_LEN = 64
const SIGNATURE_END = 9
const MAJOR = 10
const MINOR = 11
const MECHANISM = 12
const AS_SERVER = 32

export type MechanismName = 'NULL' | 'CURVE'
export interface Greeting {
  readonly minor: number
  readonly mechanism: string
}

export function greetingBytes(mechanism: MechanismName, isServer: boolean): Uint8Array {
  const b = new Uint8Array(GREETING_LEN)
  b[0] = 0xff
  b[SIGNATURE_END] = 0x7f
  b[MAJOR] = 3
  b[MINOR] = 1
  b.set(Buffer.from(mechanism), MECHANISM)
  b[AS_SERVER] = isServer ? 1 : 0
  return b
}

/** What is wrong with the beginning of a greeting, as far as it has come. */
export function greetingFault(b: Uint8Array, length: number): string | undefined {
  if (length > 0 && b[0] !== 0xff) return 'does not speak ZMTP'
  if (length > SIGNATURE_END && (b[SIGNATURE_END]! & 1) === 0) return 'does not speak ZMTP'
  if (length > MAJOR && b[MAJOR]! < 3) return 'speaks an older ZMTP than 3'
  return undefined
}

/** A whole greeting in which `greetingFault` found nothing. */
export function readGreeting(b: Uint8Array): Greeting {
  return {
    // A later major version comes down to ours.
    minor: b[MAJOR] === 3 ? b[MINOR]! : 1,
    mechanism: latin1(b, MECHANISM, AS_SERVER).replace(/\0.*$/s, ''),
  }
}
