import type { NetworkEvent } from '../../lib/events.ts'
import { numberOf, portOf, protoNumber, type Read, scalarsOf, textOf } from './event-values.ts'
import type { Cef } from './key-values.ts'

type Values = Readonly<Record<string, string>>

/** Names under which logs have one thing; the first that is there holds. */
const SRC = ['srcip', 'src', 'SRC', 'src_ip', 'source_ip']
const DST = ['dstip', 'dst', 'DST', 'dst_ip', 'dest_ip', 'destination_ip']
const SRC_PORT = ['srcport', 'spt', 'SPT', 'src_port']
const DST_PORT = ['dstport', 'dpt', 'DPT', 'dst_port', 'dest_port']
const PROTO = ['proto', 'PROTO', 'protocol']
const ACTION = ['action', 'act', 'ACTION']
const SENT = ['sentbyte', 'out', 'bytes_sent']
const RCVD = ['rcvdbyte', 'in', 'bytes_received']
const SENT_PACKETS = ['sentpkt', 'packets_sent']
const RCVD_PACKETS = ['rcvdpkt', 'packets_received']
const DURATION_S = ['duration']
const HOST = ['hostname', 'dhost', 'host']
const LEVEL = ['level', 'severity']

const first = (values: Values, names: readonly string[]): string | undefined => {
  for (const name of names) if (values[name] !== undefined && values[name] !== '') return values[name]
  return undefined
}
const LEVELS: Readonly<Record<string, number>> = {
  emergency: 10,
  alert: 9,
  critical: 8,
  error: 6,
  warning: 4,
  notice: 2,
  information: 1,
  informational: 1,
  debug: 0,
  low: 2,
  medium: 5,
  high: 8,
  'very-high': 10,
}
const severityOf = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined
  const number = Number(text)
  return Number.isFinite(number) && number >= 0 && number <= 10 ? number : LEVELS[text.toLowerCase()]
}

/** What a verdict of a firewall is: without two addresses a log line like any other. */
export function readFirewall(
  values: Values,
  title: string,
  nowMs: number,
  sender: string,
  program: string | undefined,
  severity?: number,
): Read {
  const src = first(values, SRC)
  const dst = first(values, DST)
  const srcPort = portOf(first(values, SRC_PORT))
  const dstPort = portOf(first(values, DST_PORT))
  const proto = protoNumber(first(values, PROTO))
  const action = textOf(first(values, ACTION))
  const serverName = textOf(first(values, HOST))
  const graveness = severity ?? severityOf(first(values, LEVEL))
  const isVerdict = src !== undefined && dst !== undefined
  const event: NetworkEvent = {
    atMs: nowMs,
    sender,
    ...(program !== undefined && { program }),
    kind: isVerdict ? (isAlert(values) ? 'alert' : 'firewall') : 'log',
    title: title.slice(0, 512),
    ...(graveness !== undefined && { severity: graveness }),
    ...(action !== undefined && { action }),
    ...(src !== undefined && { src }),
    ...(dst !== undefined && { dst }),
    ...(srcPort !== undefined && { srcPort }),
    ...(dstPort !== undefined && { dstPort }),
    ...(proto !== undefined && { proto }),
    ...(serverName !== undefined && isVerdict && { serverName }),
    fields: scalarsOf(Object.entries(values)),
  }
  const sent = numberOf(first(values, SENT)) ?? 0
  const rcvd = numberOf(first(values, RCVD)) ?? 0
  if (!isVerdict || sent + rcvd === 0) return { event }
  const durationMs = (numberOf(first(values, DURATION_S)) ?? 0) * 1000
  return {
    event,
    flow: {
      src,
      dst,
      srcPort: srcPort ?? 0,
      dstPort: dstPort ?? 0,
      proto: proto ?? 0,
      vlan: 0,
      bytes: [sent, rcvd],
      packets: [numberOf(first(values, SENT_PACKETS)) ?? 0, numberOf(first(values, RCVD_PACKETS)) ?? 0],
      firstMs: nowMs - durationMs,
      lastMs: nowMs,
      isOver: true,
      ...(serverName !== undefined && { extras: { serverName } }),
    },
  }
}

/** Fortinet's logs of its IPS and antivirus, and what others call an attack. */
const isAlert = (values: Values): boolean =>
  values['attack'] !== undefined || values['virus'] !== undefined || (values['type'] === 'utm' && values['subtype'] !== 'webfilter')

export const readCefEvent = (cef: Cef, nowMs: number, sender: string): Read => {
  const { extension, name, vendor, product, signatureId } = cef
  const atMs = numberOf(extension['rt'])
  const read = readFirewall(extension, name, atMs ?? nowMs, sender, `${vendor} ${product}`.trim().slice(0, 64), severityOf(cef.severity))
  return { ...read, event: { ...read.event, ...(signatureId !== '' && { signatureId: signatureId.slice(0, 64) }) } }
}
