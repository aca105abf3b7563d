/** What the options say of names by DNS. */
import type { ResolvedHosts } from '../lib/host-naming.ts'
import { checkServers } from '../state/reverse-dns.ts'
import { Refusal } from './option.ts'

/** As in ntopng 1.2: 0 reads answers and looks up local hosts, 1 looks up all, 2 only reads answers, 3 does neither. */
export const DNS_MODES = [0, 1, 2, 3] as const
export type DnsMode = (typeof DNS_MODES)[number]

const RESOLVED: Readonly<Record<DnsMode, ResolvedHosts>> = { 0: 'local', 1: 'all', 2: 'none', 3: 'none' }
export const resolvedHosts = (mode: DnsMode): ResolvedHosts => RESOLVED[mode]
export const readsAnswers = (mode: DnsMode): boolean => mode !== 3

const MAX_SERVERS = 8

/** `192.168.1.1,[fd00::1]:5353` */
export function dnsServers(text: string): readonly string[] | Refusal {
  const servers = text.split(',').map((one) => one.trim())
  if (servers.length > MAX_SERVERS) return new Refusal(`has ${servers.length} servers, ${MAX_SERVERS} are possible`)
  for (const server of servers) {
    try {
      checkServers([server])
    } catch {
      return new Refusal(`has '${server}', which is no server: write 192.168.1.1, 192.168.1.1:5353 or [fd00::1]:53`)
    }
  }
  return servers
}
