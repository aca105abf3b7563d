/**
 * Who may speak with the server from a browser. A name that an attacker's page makes point to this machine (DNS rebinding) shows in `Host`; a
 * page of another site shows in `Origin`.
 */
import { isIP } from 'node:net'
import { hostname, networkInterfaces } from 'node:os'
import { ApiError } from './errors.ts'
import { quoted } from './parameters.ts'

const WILDCARDS: readonly string[] = ['0.0.0.0', '::', '']
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]']
/** An address that came by DHCP is known after this time. */
const OWN_ADDRESSES_MS = 10_000

const bracketed = (host: string) => (isIP(host) === 6 ? `[${host}]` : host)

/** Name or address of a `Host` header in one spelling, without the port: that may be another's, as behind an SSH tunnel. */
export function hostNameOf(header: string | undefined): string | undefined {
  if (header === undefined || !/^(?:\[[\da-f:.]+\]|[\w.-]+)(?::\d{1,5})?$/i.test(header)) return undefined
  return URL.parse(`http://${header}`)?.hostname.replace(/\.$/, '')
}

export class HostCheck {
  private readonly fixed: ReadonlySet<string>
  private readonly wildcard: boolean
  private own: ReadonlySet<string> = new Set()
  private ownUntilMs = 0

  constructor(listenHost: string, allowedHosts: readonly string[]) {
    const named = [...LOOPBACK, listenHost, ...allowedHosts].map((host) => hostNameOf(bracketed(host)))
    this.fixed = new Set(named.filter((name) => name !== undefined))
    this.wildcard = WILDCARDS.includes(listenHost)
  }

  checkHost(header: string | undefined): void {
    const name = hostNameOf(header)
    if (name !== undefined && (this.fixed.has(name) || (this.wildcard && this.isOwn(name)))) return
    const said = header === undefined ? 'no host name' : `the host name ${quoted(header)}`
    throw new ApiError('wrong-host', `this server does not answer to ${said}; use its address, or start it with the name allowed`, {
      field: 'Host',
    })
  }

  private isOwn(name: string): boolean {
    const nowMs = Date.now()
    if (nowMs >= this.ownUntilMs) {
      this.ownUntilMs = nowMs + OWN_ADDRESSES_MS
      this.own = ownNames()
    }
    return this.own.has(name)
  }
}

function ownNames(): ReadonlySet<string> {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list?.map(({ address }) => address) ?? [])
  const own = hostname().toLowerCase()
  const names = [...addresses, own, `${own}.local`].map((host) => hostNameOf(bracketed(host)))
  return new Set(names.filter((name) => name !== undefined))
}

/** Requests that change something, and WebSockets, come from this server's own pages or from no page at all. */
export function checkOrigin(origin: string | undefined, host: string | undefined): void {
  if (origin === undefined) return
  const url = URL.parse(origin)
  // A proxy may speak TLS in front of this server: the scheme may differ, the host and its port may not.
  if (url && /^https?:$/.test(url.protocol) && sameHost(url, host)) return
  throw new ApiError('wrong-origin', `pages of ${quoted(origin)} may not do this`, { field: 'Origin' })
}

function sameHost(origin: URL, host: string | undefined): boolean {
  return hostNameOf(host) !== undefined && URL.parse(`${origin.protocol}//${host}`)?.host === origin.host
}
