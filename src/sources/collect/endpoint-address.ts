import { CallError } from '../native/libc.ts'

const MAPPED = '::ffff:'
/** At a socket of both versions IPv4 comes mapped (RFC 4291 §2.5.5.2). */
export const plainAddress = (address: string): string =>
  address.startsWith(MAPPED) && address.includes('.') ? address.slice(MAPPED.length) : address

/** Why an address cannot be listened at, and what to do. */
export function bindFault(error: Error & { code?: string }): string {
  const { code, message } = error
  if (code === 'EADDRINUSE') return 'in use by another program: give another port'
  if (code === 'EADDRNOTAVAIL') return 'no address of this machine: give one of its own, or 0.0.0.0 for all'
  if (code === 'EACCES') return 'not permitted: start as root, or give a port above 1023'
  if (code === 'ENOTFOUND') return 'no such host: give an address of this machine'
  return error instanceof CallError ? `${error.call}: ${error.reason}` : message
}
