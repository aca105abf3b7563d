import { REPEAT_RULES, type RepeatRule } from '../../lib/exporters.ts'
import { type Network, parseNetwork } from '../../wire/address.ts'

/** What `-i netflow://…`, `ipfix://…` or `sflow://…` says. */
export interface CollectorUrl {
  readonly scheme: (typeof SCHEMES)[number]
  readonly host: string
  readonly port: number
  /** Over TCP instead of UDP (IPFIX), and with TLS, whose certificate and key lie in these files. */
  readonly transport: 'udp' | 'tcp' | 'tls'
  readonly certificateFile?: string
  readonly keyFile?: string
  /** Datagrams of others are counted and thrown away; empty: all may send. */
  readonly allow: readonly Network[]
  /** One packet of so many is counted, whatever exporters say: for all, or by address. */
  readonly sampling: number | undefined
  readonly samplingOf: ReadonlyMap<string, number>
  readonly repeats: RepeatRule
}

const SCHEMES = ['netflow', 'ipfix', 'sflow'] as const
/** IANA: 2055 is what exporters use for NetFlow, without a registration. */
const DEFAULT_PORTS = { netflow: 2055, ipfix: 4739, sflow: 6343 } as const
const IPFIX_TLS_PORT = 4740
const MAX_SAMPLING = 0xffff_ffff

export const isCollectorUrl = (text: string): boolean => /^(netflow|ipfix|sflow)(\+\w+)?:\/\//.test(text)

/** The endpoint and its options, or what is wrong with them: one line. */
export function parseCollectorUrl(text: string): CollectorUrl | string {
  const [, scheme, transport = 'udp'] = /^(netflow|ipfix|sflow)(?:\+(\w+))?:\/\//.exec(text) ?? []
  if (scheme === undefined) return `${text}: no collector: give netflow://, ipfix:// or sflow:// with an address and a port`
  const url = URL.parse(text)
  if (url === null) return `${text}: no address and port: give ${scheme}://0.0.0.0:${DEFAULT_PORTS[scheme as 'netflow']}`
  if (transport !== 'udp' && transport !== 'tcp' && transport !== 'tls') return `${text}: no transport ${transport}: give udp, tcp or tls`
  if (transport !== 'udp' && scheme !== 'ipfix') return `${text}: only IPFIX comes by ${transport}: give ipfix+${transport}://`
  const kind = scheme as CollectorUrl['scheme']
  const usual = transport === 'tls' ? IPFIX_TLS_PORT : DEFAULT_PORTS[kind]
  const options = optionsOf(text, url.searchParams)
  if (typeof options === 'string') return options
  if (transport === 'tls' && (options.certificateFile === undefined || options.keyFile === undefined))
    return `${text}: TLS needs a certificate and its key: add ?cert=FILE&key=FILE`
  const port = url.port === '' ? usual : Number(url.port)
  return { scheme: kind, host: url.hostname.replace(/^\[|\]$/g, '') || '0.0.0.0', port, transport, ...options }
}

type Options = Omit<CollectorUrl, 'scheme' | 'host' | 'port' | 'transport'>

function optionsOf(text: string, parameters: URLSearchParams): Options | string {
  const allow: Network[] = []
  const samplingOf = new Map<string, number>()
  let sampling: number | undefined
  let repeats: RepeatRule = 'first'
  let files: Pick<Options, 'certificateFile' | 'keyFile'> = {}
  for (const [name, value] of parameters) {
    if (name === 'allow') {
      for (const part of value.split(',')) {
        const network = parseNetwork(part)
        if (network === undefined) return `${text}: allow: ${part} is no network: give one as 10.0.0.0/8`
        allow.push(network)
      }
    } else if (name === 'sampling') {
      const told = samplingsOf(value, samplingOf)
      if (typeof told === 'string') return `${text}: sampling: ${told}`
      sampling = told ?? sampling
    } else if (name === 'repeats') {
      if (!REPEAT_RULES.includes(value as RepeatRule)) return `${text}: repeats: ${value} is no rule: give ${REPEAT_RULES.join(', ')}`
      repeats = value as RepeatRule
    } else if (name === 'cert') files = { ...files, certificateFile: value }
    else if (name === 'key') files = { ...files, keyFile: value }
    else return `${text}: ${name} is no option of a collector: there are allow, sampling, repeats, cert and key`
  }
  return { allow, sampling, samplingOf, repeats, ...files }
}

/** `1000` for all, `10.0.0.1=1000` for one exporter; commas between. */
function samplingsOf(value: string, samplingOf: Map<string, number>): number | undefined | string {
  let all: number | undefined
  for (const part of value.split(',')) {
    const [, address, digits] = /^(?:(.+)=)?(\d{1,10})$/.exec(part) ?? []
    const rate = Number(digits)
    if (!(rate >= 1 && rate <= MAX_SAMPLING)) return `${part} is no rate: give 1000, or 10.0.0.1=1000 for one exporter`
    if (address === undefined) all = rate
    else samplingOf.set(address, rate)
  }
  return all
}
