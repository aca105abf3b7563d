import { isAbsolute } from 'node:path'
import type { FlowExport } from '../lib/flow-export.ts'
import { nearest } from '../lib/nearest.ts'
import type { OpenChannel } from './channel.ts'
import { EXPORT_KINDS, type ExportKind } from './export-kinds.ts'
import { openFile, openStdout, type Rotation } from './file-channel.ts'
import { IpfixExport, type IpfixOptions } from './ipfix-export.ts'
import { JsonLinesExport } from './json-lines.ts'
import { type KafkaCredentials, KafkaExport, type KafkaOptions } from './kafka-export.ts'
import type { QueueOptions } from './queued-export.ts'
import { openTcp, openTls, openUdp, type Peer, type TlsOptions } from './socket-channels.ts'
import { SyslogExport, type SyslogOptions } from './syslog-export.ts'
import { ZmqExport, type ZmqExportOptions } from './zmq-flows.ts'

export interface ExportOptions extends QueueOptions {
  readonly tls?: TlsOptions | undefined
  readonly ipfix?: Omit<IpfixOptions, keyof QueueOptions> | undefined
  readonly syslog?: Omit<SyslogOptions, keyof QueueOptions> | undefined
  readonly kafka?: (Omit<KafkaOptions, keyof QueueOptions> & { readonly sasl?: KafkaCredentials | undefined }) | undefined
  readonly zmq?: Omit<ZmqExportOptions, keyof QueueOptions> | undefined
  readonly rotation?: Rotation | undefined
}

interface Carrier {
  readonly carrier: 'datagrams' | 'stream'
  readonly open: (peer: Peer, options: ExportOptions) => OpenChannel<Uint8Array>
}
const UDP: Carrier = { carrier: 'datagrams', open: openUdp }
const TCP: Carrier = { carrier: 'stream', open: openTcp }
const TLS: Carrier = { carrier: 'stream', open: (peer, { tls = {} }) => openTls(peer, tls) }

type Make = (spec: string, rest: string, options: ExportOptions) => FlowExport

const ipfix =
  ({ carrier, open }: Carrier, port: number): Make =>
  (spec, rest, options) =>
    new IpfixExport(spec, open(peerOf(spec, rest, port), options), carrier, { ...options, ...options.ipfix })
const syslog =
  ({ carrier, open }: Carrier, port: number): Make =>
  (spec, rest, options) =>
    new SyslogExport(spec, open(peerOf(spec, rest, port), options), carrier, { ...options, ...options.syslog })
const json =
  ({ open }: Carrier): Make =>
  (spec, rest, options) =>
    new JsonLinesExport(spec, open(peerOf(spec, rest), options), options)
const jsonFile: Make = (spec, rest, options) => {
  if (rest !== '-' && !isAbsolute(rest))
    throw new Error(`${spec}: needs a whole path, as json:///var/log/flows.json, or json://- for standard output`)
  return new JsonLinesExport(spec, rest === '-' ? openStdout() : openFile(rest, options.rotation), options)
}
const kafka =
  (isTls: boolean): Make =>
  (spec, rest, options) => {
    const [, brokers, topic] = /^([^/]+)\/([\w.-]{1,249})$/.exec(rest) ?? []
    if (brokers === undefined) throw new Error(`${spec}: needs brokers and a topic, as kafka://broker:9092/flows`)
    const named = brokers.split(',').map((broker) => peerOf(spec, broker, KAFKA_PORT))
    const peer = {
      brokers: named.map(({ host, port }) => (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`)),
      topic: topic!,
      tls: isTls ? (options.tls ?? {}) : undefined,
      sasl: options.kafka?.sasl,
    }
    return new KafkaExport(spec, peer, { ...options, ...options.kafka })
  }

const zmq =
  (transport: 'tcp' | 'ipc'): Make =>
  (spec, rest, { queueBytes, zmq: options }) =>
    new ZmqExport(spec, `${transport}://${rest}`, { queueBytes, ...options })

/** IANA's ports. */
const IPFIX_PORT = 4739
const IPFIX_TLS_PORT = 4740
const SYSLOG_PORT = 514
const SYSLOG_TLS_PORT = 6514
const KAFKA_PORT = 9092

const KINDS: Readonly<Record<ExportKind, Make>> = {
  ipfix: ipfix(UDP, IPFIX_PORT),
  'ipfix+tcp': ipfix(TCP, IPFIX_PORT),
  'ipfix+tls': ipfix(TLS, IPFIX_TLS_PORT),
  json: jsonFile,
  'json+tcp': json(TCP),
  'json+tls': json(TLS),
  syslog: syslog(UDP, SYSLOG_PORT),
  'syslog+tcp': syslog(TCP, SYSLOG_PORT),
  'syslog+tls': syslog(TLS, SYSLOG_TLS_PORT),
  kafka: kafka(false),
  'kafka+tls': kafka(true),
  // ZeroMQ, as ntopng names its endpoints, and so that it is plain.
  tcp: zmq('tcp'),
  ipc: zmq('ipc'),
  'zmq+tcp': zmq('tcp'),
  'zmq+ipc': zmq('ipc'),
}

/**
 * Begins to send where `spec` says, as ipfix://collector:4739 or json:///var/log/flows.json. Throws an error of one line when it says nothing that could be opened; a
 * peer that is away is no error, but a fault in the stats.
 */
export function openExport(spec: string, options: ExportOptions = {}): FlowExport {
  const [, kind, rest] = /^([^:/]+):\/\/(.*)$/s.exec(spec) ?? []
  if (kind === undefined || rest === undefined) throw new Error(`${shown(spec)}: where to? An address as ipfix://HOST, one of ${list()}`)
  const make = Object.hasOwn(KINDS, kind) ? KINDS[kind as ExportKind] : undefined
  if (make !== undefined) return make(spec, rest, options)
  const meant = nearest(kind, EXPORT_KINDS)
  throw new Error(
    `${shown(spec)}: ${shown(kind)}:// is not known: ${meant === undefined ? `it may be ${list()}` : `${meant}:// was probably meant`}`,
  )
}

const list = (): string => EXPORT_KINDS.map((kind) => `${kind}://`).join(', ')
const shown = (text: string): string => (/^[!-~]{1,100}$/.test(text) ? text : JSON.stringify(text.slice(0, 100)))

/** HOST, HOST:PORT or [IPv6]:PORT. */
function peerOf(spec: string, rest: string, defaultPort?: number): Peer {
  const [, six, name, portText] = /^(?:\[([0-9a-fA-F:.]+)\]|([\w.-]+))(?::(\d{1,5}))?\/?$/.exec(rest) ?? []
  const host = six ?? name
  const port = portText === undefined ? defaultPort : Number(portText)
  if (host === undefined) throw new Error(`${shown(spec)}: needs a host, as HOST:PORT or [IPv6]:PORT`)
  if (port === undefined) throw new Error(`${shown(spec)}: needs a port, as HOST:PORT`)
  if (port < 1 || port > 65_535) throw new Error(`${shown(spec)}: ports go from 1 to 65535`)
  return { host, port }
}
