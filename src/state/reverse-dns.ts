import { Resolver } from 'node:dns/promises'
import { readFile } from 'node:fs/promises'
import { formatAddress, isIpv4, parseAddress } from '../wire/address.ts'

/** What DNS says of an address: its name, or ''. Rejects where it says nothing that means anything: one line. */
export interface ReverseDns {
  nameOf(address: string): Promise<string>
  close(): void
}

/** A server that does not answer is asked twice, the second time for twice as long. */
const TIMEOUT_MS = 2000
const TRIES = 2
/** The system's servers, and names in its file, may be others by and by. */
const SYSTEM_AGAIN_MS = 60_000
const HOSTS_FILE = '/etc/hosts'
const MAX_HOSTS_BYTES = 2 ** 20
/** RFC 1035 §3.1, as text. */
const MAX_NAME = 253
/** Letters, digits, hyphens, and the underscore that many use. Whatever else a name server says is no name of a host. */
const HOST_NAME = /^[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?$/

/** It has answered: there is no name. */
const NO_NAME = new Set(['ENOTFOUND', 'ENODATA'])

/**
 * Looks into the system's file of hosts, and asks the system's name servers, or those that are given, and nobody else. (Resolver.reverse, which does both, does not tell a server that is silent from one that knows no name.)
 */
export class DnsServers implements ReverseDns {
  private readonly servers: readonly string[] | undefined
  private readonly hostsFile: string
  private resolver: Resolver | undefined
  private hosts: Promise<ReadonlyMap<string, string>> = Promise.resolve(new Map())
  private sinceMs = Number.NEGATIVE_INFINITY

  constructor(servers?: readonly string[], hostsFile = HOSTS_FILE) {
    this.servers = servers
    this.hostsFile = hostsFile
  }

  async nameOf(address: string): Promise<string> {
    const resolver = this.current()
    const inFile = (await this.hosts).get(address)
    if (inFile !== undefined) return inFile
    try {
      const names = await resolver.resolvePtr(reverseName(address))
      return names.map(hostName).find((name) => name !== '') ?? ''
    } catch (error) {
      const { code = 'unknown' } = error as NodeJS.ErrnoException
      if (NO_NAME.has(code)) return ''
      throw new Error(`DNS (${resolver.getServers().join(', ') || 'no server'}) did not answer for ${address} (${code})`)
    }
  }

  /** Questions that are on their way keep the one that they were asked with. */
  private current(): Resolver {
    const nowMs = performance.now()
    if (this.resolver !== undefined && nowMs - this.sinceMs < SYSTEM_AGAIN_MS) return this.resolver
    this.sinceMs = nowMs
    this.hosts = readHosts(this.hostsFile)
    if (this.resolver !== undefined && this.servers !== undefined) return this.resolver
    const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: TRIES })
    if (this.servers !== undefined) resolver.setServers(this.servers)
    this.resolver = resolver
    return resolver
  }

  close(): void {
    this.resolver?.cancel()
  }
}

/** RFC 1035 §3.5, RFC 3596 §2.5. */
function reverseName(address: string): string {
  const [w0, w1, w2, w3] = parseAddress(address) ?? [0, 0, 0, 0]
  if (isIpv4(w0, w1, w2)) return `${[0, 8, 16, 24].map((shift) => (w3 >>> shift) & 255).join('.')}.in-addr.arpa`
  const digits = [w0, w1, w2, w3].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('')
  return `${[...digits].reverse().join('.')}.ip6.arpa`
}

/** Address → the first name that hosts(5) gives it. */
async function readHosts(path: string): Promise<ReadonlyMap<string, string>> {
  const hosts = new Map<string, string>()
  const text = await readFile(path, 'utf8').catch(() => '')
  for (const line of text.slice(0, MAX_HOSTS_BYTES).split('\n')) {
    const [address = '', first = ''] = line.replace(/#.*/, '').trim().split(/\s+/)
    const words = parseAddress(address)
    const name = hostName(first)
    if (words !== undefined && name !== '' && !hosts.has(formatAddress(...words))) hosts.set(formatAddress(...words), name)
  }
  return hosts
}

/** In small letters, without the dot of the root; '': it is none. */
export function hostName(text: string): string {
  const name = text.replace(/\.$/, '').toLowerCase()
  return name.length <= MAX_NAME && HOST_NAME.test(name) ? name : ''
}

/** Throws a TypeError when one of them is no address of a server. */
export function checkServers(servers: readonly string[]): void {
  new Resolver().setServers(servers)
}
