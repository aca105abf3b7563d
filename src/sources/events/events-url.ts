import { type Network, parseNetwork } from '../../wire/address.ts'

/** What `-i syslog://…`, `events+tcp://…` or `eve:///FILE` says. */
export type EventsUrl =
  | { readonly kind: 'udp' | 'tcp'; readonly host: string; readonly port: number; readonly allow: readonly Network[] }
  | { readonly kind: 'file'; readonly path: string; readonly fromStart: boolean }

const SYSLOG_PORT = 514
const EVENTS_PORT = 5170
export const EVENT_SCHEMES = ['syslog', 'events', 'eve'] as const

/** The endpoint and its options, or what is wrong with them: one line. */
export function parseEventsUrl(text: string): EventsUrl | string {
  const [, scheme, transport] = /^(syslog|events|eve)(?:\+(\w+))?:\/\//.exec(text) ?? []
  if (scheme === 'eve') return fileOf(text, transport)
  const url = URL.parse(text)
  if (scheme === undefined || url === null) return `${text}: no address and port: give syslog://0.0.0.0:514 or events+tcp://0.0.0.0:5170`
  const isTcp = transport === 'tcp'
  if (transport !== undefined && !isTcp) return `${text}: no transport ${transport}: give tcp, or none for UDP`
  if (scheme === 'events' && !isTcp) return `${text}: JSON lines come by TCP: give events+tcp://`
  const allow: Network[] = []
  for (const [name, value] of url.searchParams) {
    if (name !== 'allow') return `${text}: ${name} is no option here: there is allow`
    for (const part of value.split(',')) {
      const network = parseNetwork(part)
      if (network === undefined) return `${text}: allow: ${part} is no network: give one as 10.0.0.0/8`
      allow.push(network)
    }
  }
  const usual = scheme === 'syslog' ? SYSLOG_PORT : EVENTS_PORT
  const port = url.port === '' ? usual : Number(url.port)
  return { kind: isTcp ? 'tcp' : 'udp', host: url.hostname.replace(/^\[|\]$/g, '') || '0.0.0.0', port, allow }
}

function fileOf(text: string, transport: string | undefined): EventsUrl | string {
  const [, path, query = ''] = /^eve:\/\/(\/[^?]*)(?:\?(.*))?$/s.exec(text) ?? []
  if (transport !== undefined || path === undefined) return `${text}: needs a whole path, as eve:///var/log/suricata/eve.json`
  if (query !== '' && query !== 'from=start') return `${text}: ${query} is no option here: there is from=start`
  return { kind: 'file', path, fromStart: query !== '' }
}
