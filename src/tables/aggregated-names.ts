/** Which of the fields that dissectors and exporters tell are names to be added up. */
import type { Dissector } from '../dissectors/dissector.ts'
import type { FlowExtras } from '../lib/flow-batch.ts'
import { formatAddress, parseAddress } from '../wire/address.ts'
import {
  Aggregations,
  DNS_DOMAIN,
  EPP_DOMAIN,
  EPP_REGISTRAR,
  EPP_SERVER,
  HTTP_CLIENT,
  HTTP_DOMAIN,
  HTTP_SYSTEM,
  QUIC_DOMAIN,
  TLS_DOMAIN,
  WHOIS_DOMAIN,
} from './aggregations.ts'
import type { LiveTables } from './live-tables.ts'
import { FLOW_CLIENT_IS_B } from './tcp-analysis.ts'

type Out = Readonly<Record<string, unknown>>
type Reader = (names: AggregatedNames, out: Out) => void

const NO_ERROR = 'NOERROR'
const text = (value: unknown): string => (typeof value === 'string' ? value : '')

const http: Reader = (names, out) => {
  names.asked(HTTP_DOMAIN, text(out['host']))
  if (out['forwardedFor'] !== undefined) names.asked(HTTP_CLIENT, firstAddress(text(out['forwardedFor'])))
  if (out['userAgent'] !== undefined) names.systemOfClient()
}
/** By the names of their dissectors. */
const READERS: Readonly<Record<string, Reader>> = {
  DNS: (names, out) => {
    const name = text(out['queryName'])
    if (out['responseCode'] === undefined) names.asked(DNS_DOMAIN, name)
    else if (out['responseCode'] === NO_ERROR) names.answered(DNS_DOMAIN, name)
  },
  HTTP: http,
  HTTP2: http,
  'Whois-DAS': (names, out) => names.asked(WHOIS_DOMAIN, text(out['query']).trim().toLowerCase()),
}
/** Protocols whose flows are named by the server's name in their first message. */
const BY_SERVER_NAME: Readonly<Record<string, number>> = { TLS: TLS_DOMAIN, QUIC: QUIC_DOMAIN }
/** What probes tell of EPP, by name and by number (57472 + 364, 366, 369). */
const EPP_NAMES: readonly (readonly [family: number, names: readonly string[]])[] = [
  [EPP_REGISTRAR, ['EPP_REGISTRAR_NAME', '57836']],
  [EPP_DOMAIN, ['EPP_CMD_ARGS', '57838']],
  [EPP_SERVER, ['EPP_SERVER_NAME', '57841']],
]
const PROTOCOL_FAMILIES: Readonly<Record<string, number>> = { DNS: DNS_DOMAIN, HTTP: HTTP_DOMAIN, ...BY_SERVER_NAME }

/** Hears what is told of the flow on which the rows stand, and adds up the names in it under its client. */
export class AggregatedNames {
  readonly table: Aggregations
  private readonly t: LiveTables
  private readonly readers: readonly (Reader | undefined)[]
  private readonly familyOfApp: ReadonlyMap<number, number>

  /** `salt`: of hashes of those who ask. */
  constructor(tables: LiveTables, dissectors: readonly Dissector[], withActivity: boolean, salt: number) {
    const { catalogue } = tables.options
    this.t = tables
    this.table = new Aggregations(withActivity, salt)
    this.readers = dissectors.map(({ name }) => READERS[name])
    this.familyOfApp = new Map(Object.entries(BY_SERVER_NAME).map(([name, family]) => [catalogue.idOf(name), family]))
  }

  /** A dissector has read these fields of a message. */
  fields(dissector: number, out: Out): void {
    this.readers[dissector]?.(this, out)
  }
  /** The server of the flow has this name; a flow says it once. */
  serverName(name: string): void {
    const family = this.familyOfApp.get(this.t.flows.rows.master)
    if (family !== undefined) this.asked(family, name)
  }
  /** An exporter tells this of a flow that is new. */
  told({ app, serverName, fields }: FlowExtras): void {
    const [protocol = '', inside] = app?.split('.', 2) ?? []
    const family = PROTOCOL_FAMILIES[protocol]
    // What nothing is said to be inside of is named by its server's name, which counts it.
    const isCounted = inside === undefined && protocol in BY_SERVER_NAME
    if (family !== undefined && serverName !== undefined && !isCounted) this.asked(family, serverName.toLowerCase())
    if (app !== 'EPP' || fields === undefined) return
    for (const [of, names] of EPP_NAMES)
      for (const name of names) if (fields[name] !== undefined) this.asked(of, String(fields[name]).toLowerCase())
  }

  asked(family: number, name: string): void {
    if (name === '') return
    const r = this.t.flows.rows
    const second = this.t.tickSecond
    if ((r.flags & FLOW_CLIENT_IS_B) !== 0) this.table.asked(family, name, r.b0, r.b1, r.b2, r.b3, second)
    else this.table.asked(family, name, r.a0, r.a1, r.a2, r.a3, second)
  }
  answered(family: number, name: string): void {
    if (name !== '') this.table.answered(family, name, this.t.tickSecond)
  }
  systemOfClient(): void {
    const { flows, systems } = this.t
    const host = flows.rows.host((flows.rows.flags & FLOW_CLIENT_IS_B) !== 0 ? 1 : 0)
    if (host >= 0) this.asked(HTTP_SYSTEM, systems.systemByAgent(host) ?? '')
  }
}

/** The client's, of 'client, proxy, proxy' and of 'for="[2001:db8::1]:80";proto=http' (RFC 7239 §4); '' when there is none. */
export function firstAddress(forwarded: string): string {
  const first = forwarded.split(',', 1)[0]!.trim()
  const said = /(?:^|;)\s*for=([^;]*)/i.exec(first)?.[1] ?? first
  const bare = said.trim().replace(/^"(.*)"$/, '$1')
  const inBrackets = /^\[([^\]]*)\]/.exec(bare)?.[1]
  const words = parseAddress(inBrackets ?? bare.replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1'))
  return words === undefined ? '' : formatAddress(...words)
}
