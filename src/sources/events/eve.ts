import type { NetworkEvent } from '../../lib/events.ts'
import { numberOf, protoNumber, type Read, type Scalars, scalarsOf, textOf } from './event-values.ts'
import type { ToldFlow } from './event-writer.ts'

/** Names of Suricata's app_proto that are not ours. */
const APPS: Readonly<Record<string, string>> = {
  dcerpc: 'DCE_RPC',
  dnp3: 'DNP3',
  enip: 'EthernetIP',
  ftp: 'FTP_CONTROL',
  'ftp-data': 'FTP_DATA',
  http: 'HTTP',
  http2: 'HTTP2',
  ike: 'IPSec',
  imap: 'IMAP',
  krb5: 'Kerberos',
  ldap: 'LDAP',
  modbus: 'Modbus',
  mqtt: 'MQTT',
  nfs: 'NFS',
  ntp: 'NTP',
  pgsql: 'PostgreSQL',
  pop3: 'POP3',
  quic: 'QUIC',
  rdp: 'RDP',
  rfb: 'VNC',
  sip: 'SIP',
  smb: 'SMBv23',
  smtp: 'SMTP',
  snmp: 'SNMP',
  ssh: 'SSH',
  telnet: 'Telnet',
  tftp: 'TFTP',
  tls: 'TLS',
  dns: 'DNS',
  dhcp: 'DHCP',
  websocket: 'WebSocket',
}
const appOf = (name: string | undefined): string | undefined => (name === undefined || !Object.hasOwn(APPS, name) ? undefined : APPS[name])

const FLOW_KINDS: readonly string[] = ['flow', 'netflow']
const KINDS: Readonly<Record<string, NetworkEvent['kind']>> = {
  alert: 'alert',
  anomaly: 'anomaly',
  drop: 'firewall',
  flow: 'flow',
  netflow: 'flow',
  dns: 'dns',
  http: 'http',
  tls: 'tls',
}
/** Severity 1 is the gravest of Suricata's. */
const SEVERITIES = [10, 9, 6, 3]

/** An event of Suricata's EVE log (docs.suricata.io, "EVE JSON Format"). */
export function readEve(eve: Scalars, nowMs: number, sender: string): Read {
  const type = textOf(eve['event_type']) ?? ''
  const atMs = timeOf(textOf(eve['timestamp'])) ?? nowMs
  const ends = {
    src: textOf(eve['src_ip']),
    dst: textOf(eve['dest_ip']),
    srcPort: numberOf(eve['src_port']),
    dstPort: numberOf(eve['dest_port']),
    proto: protoNumber(textOf(eve['proto'])),
    vlan: numberOf(eve['vlan.0'] ?? eve['vlan']),
  }
  const app = appOf(textOf(eve['app_proto']))
  const serverName = textOf(
    eve['tls.sni'] ?? eve['http.hostname'] ?? eve['dns.rrname'] ?? eve['dns.queries.0.rrname'] ?? eve['dns.query.0.rrname'],
  )
  const severity = numberOf(eve['alert.severity'])
  const event: NetworkEvent = {
    atMs,
    sender,
    program: 'suricata',
    kind: Object.hasOwn(KINDS, type) ? KINDS[type]! : 'log',
    title: titleOf(type, eve, serverName),
    ...(severity !== undefined && { severity: SEVERITIES[Math.min(3, Math.max(0, severity))]! }),
    ...present('category', textOf(eve['alert.category'])),
    ...present('signatureId', textOf(eve['alert.signature_id'])),
    ...present('action', textOf(eve['alert.action'])),
    ...presentAll(ends),
    ...present('app', app),
    ...present('serverName', serverName),
    fields: fieldsOf(eve),
  }
  const flow = FLOW_KINDS.includes(type) ? flowOf(type, eve, ends, app, serverName, atMs) : undefined
  return flow === undefined ? { event } : { event, flow }
}

function titleOf(type: string, eve: Scalars, name: string | undefined): string {
  const signature = textOf(eve['alert.signature'] ?? eve['anomaly.event'])
  if (signature !== undefined) return signature
  const url = textOf(eve['http.url'])
  if (url !== undefined) return `${textOf(eve['http.http_method']) ?? 'HTTP'} ${name ?? ''}${url}`
  return name === undefined ? type || 'event' : `${type} ${name}`
}

function flowOf(
  type: string,
  eve: Scalars,
  {
    src,
    dst,
    srcPort = 0,
    dstPort = 0,
    proto = 0,
    vlan = 0,
  }: Partial<Record<'src' | 'dst', string | undefined>> & Partial<Record<'srcPort' | 'dstPort' | 'proto' | 'vlan', number | undefined>>,
  app: string | undefined,
  serverName: string | undefined,
  atMs: number,
): ToldFlow | undefined {
  if (src === undefined || dst === undefined) return undefined
  const of = (name: string) => numberOf(eve[`${type}.${name}`]) ?? 0
  // A netflow event tells one way, and another one the way back.
  const isOneWay = type === 'netflow'
  return {
    src,
    dst,
    srcPort,
    dstPort,
    proto,
    vlan,
    bytes: isOneWay ? [of('bytes'), 0] : [of('bytes_toserver'), of('bytes_toclient')],
    packets: isOneWay ? [of('pkts'), 0] : [of('pkts_toserver'), of('pkts_toclient')],
    firstMs: timeOf(textOf(eve[`${type}.start`])) ?? atMs,
    lastMs: timeOf(textOf(eve[`${type}.end`])) ?? atMs,
    isOver: true,
    ...((app !== undefined || serverName !== undefined) && { extras: { ...present('app', app), ...present('serverName', serverName) } }),
  }
}

function timeOf(text: string | undefined): number | undefined {
  // Suricata writes zones as +0000.
  const at = text === undefined ? Number.NaN : Date.parse(text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'))
  return Number.isNaN(at) ? undefined : at
}

const OWN = new Set(['timestamp', 'event_type', 'src_ip', 'src_port', 'dest_ip', 'dest_port', 'proto', 'app_proto'])
const fieldsOf = (eve: Scalars) => scalarsOf(Object.entries(eve).filter(([name]) => !OWN.has(name)))

const present = <K extends string>(name: K, value: string | undefined) =>
  value === undefined ? {} : ({ [name]: value } as Record<K, string>)
const presentAll = <T extends object>(values: T) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: NonNullable<T[K]> }
