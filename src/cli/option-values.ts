import { availableParallelism } from 'node:os'
import { readTime } from '../query/filter.ts'
import { formatNetwork, type Network, parseAddress, parseNetwork } from '../wire/address.ts'
import { Refusal } from './option.ts'

export function wholeNumber(min: number, max: number): (text: string) => number | Refusal {
  return (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
    return value >= min && value <= max ? value : new Refusal(`must be a whole number from ${min} to ${max}`)
  }
}

const MAX_WORKERS = 64
const workers = wholeNumber(1, MAX_WORKERS)
/** One core is left to the main thread and to whoever else is there. */
export const workerCount = (text: string): number | Refusal =>
  text === 'auto' ? Math.min(MAX_WORKERS, Math.max(1, availableParallelism() - 1)) : workers(text)

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 }

/** `500M`, `2GiB`, `1048576`: powers of 1024, as disks and memory are asked for. */
export function byteCount(text: string): number | Refusal {
  const m = /^(\d{1,15})\s*([kmgt]?)(i?b)?$/i.exec(text)
  const bytes = m === null ? Number.NaN : Number(m[1]) * UNITS[m[2]!.toLowerCase()]!
  return bytes > 0 && Number.isSafeInteger(bytes) ? bytes : new Refusal('must be a number of bytes, as 500M or 2G')
}

/** `undefined`: no server at all; port 0: any port that is free. */
export interface HttpAddress {
  readonly host: string
  readonly port: number
}
export const LOOPBACK = '127.0.0.1'
const FREE_PORT = 'auto'

/**
 * `PORT`, `ADDRESS:PORT`, `[ADDRESS]:PORT`, `*:PORT`. Without an address, and with `:PORT`, only this machine is served; port 0 serves nobody,
 * as the guide has it.
 */
export function httpAddress(text: string): HttpAddress | undefined | Refusal {
  const m = /^(?:(\[[^\]]*\]|[^:[\]]*):)?([^:]*)$/.exec(text)
  const port = m && portOf(m[2]!)
  const host = m && hostOf(m[1])
  if (port === undefined || port === null || host === undefined || host === null)
    return new Refusal(
      `must be a port or ADDRESS:PORT, as 3000, 192.168.1.2:3000, [::1]:3000 or *:3000; 0 for none, ${FREE_PORT} for a free one`,
    )
  if (port === 0) return undefined
  return { host, port: port === FREE_PORT ? 0 : port }
}

function portOf(text: string): number | typeof FREE_PORT | undefined {
  if (text === FREE_PORT) return FREE_PORT
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined
}

function hostOf(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return LOOPBACK
  if (text === '*') return '::'
  if (text.startsWith('[')) {
    const inner = text.slice(1, -1)
    return inner.includes(':') && parseAddress(inner) !== undefined ? inner : undefined
  }
  if (/^[\d.]+$/.test(text)) return parseAddress(text) === undefined ? undefined : text
  return /^[a-z\d]([a-z\d.-]{0,251}[a-z\d])?$/i.test(text) ? text : undefined
}

/** Every packet asks it once for each of its addresses. */
const MAX_NETWORKS = 1024

/** `10.0.0.0/8,192.168.1.0/255.255.255.0,fd00::/8`: as canonical `ADDRESS/BITS`. */
export function networkList(text: string): readonly string[] | Refusal {
  const parts = text.split(',').map((part) => part.trim())
  if (parts.length > MAX_NETWORKS) return new Refusal(`has ${parts.length} networks, ${MAX_NETWORKS} are possible`)
  const networks: string[] = []
  for (const part of parts) {
    const network = networkOf(part)
    if (network === undefined)
      return new Refusal(`has '${part}', which is no network: write 192.168.1.0/24, 10.0.0.0/255.0.0.0 or fd00::/8`)
    networks.push(formatNetwork(network))
  }
  return networks
}

function networkOf(text: string): Network | undefined {
  const [address, mask] = text.split('/')
  if (mask === undefined || !mask.includes('.')) return parseNetwork(text)
  const bits = maskBits(mask)
  return bits === undefined || text.includes(':') ? undefined : parseNetwork(`${address}/${bits}`)
}

/** Of a netmask in dots; undefined where its ones are not all in front. */
function maskBits(mask: string): number | undefined {
  const words = parseAddress(mask)
  if (words === undefined || mask.includes(':')) return undefined
  const bits = Math.clz32(~words[3])
  return words[3] === (bits === 0 ? 0 : -1 << (32 - bits)) ? bits : undefined
}

/** Quotes around the whole of it are what is left of a shell's in a configuration file; 1.2 took them off as well. */
export function packetFilter(text: string): string | Refusal {
  const filter = (/^(["'])(.*)\1$/s.exec(text.trim())?.[2] ?? text).trim()
  return filter === '' ? new Refusal('is empty: leave it out to take all packets') : filter
}

/** A time that stays as it is written, so that it is counted from when it is needed. */
export const moment = (text: string): string | Refusal =>
  readTime(text, Date.now()) === undefined ? new Refusal(`${text} is no time: give one as -6h, now, 2026-11-26 or 2026-11-26T10:00Z`) : text
