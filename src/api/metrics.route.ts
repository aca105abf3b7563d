import type { ExportInfo } from '../lib/flow-export.ts'
import type { ResolverStats } from '../lib/host-naming.ts'
import type { StateStats } from '../lib/key-value.ts'
import type { InterfaceInfo, LiveInterface, Totals } from '../lib/live.ts'
import { type TSchema, Type } from './json-schema.ts'
import { type Metric, metricsText, PROMETHEUS_TYPE } from './prometheus.ts'
import type { Questioner } from './questioner.ts'
import { type Deps, route } from './route.ts'
import type { ServerFacts } from './server-facts.ts'

type Of = readonly [name: string, type: 'counter' | 'gauge', help: string, value: (totals: Totals) => number]
const OF_TOTALS: readonly Of[] = [
  ['packets_total', 'counter', 'Packets read', (t) => t.packets],
  ['bytes_total', 'counter', 'Frame bytes read', (t) => t.bytes],
  ['sent_bytes_total', 'counter', 'Frame bytes sent by local hosts to others', (t) => t.bytesSent],
  ['received_bytes_total', 'counter', 'Frame bytes received by local hosts from others', (t) => t.bytesRcvd],
  ['dropped_packets_total', 'counter', 'Packets lost before they could be read', (t) => t.dropped],
  ['non_ip_packets_total', 'counter', 'Packets without IP', (t) => t.nonIpPackets],
  ['non_ip_bytes_total', 'counter', 'Frame bytes without IP', (t) => t.nonIpBytes],
  ['flows', 'gauge', 'Live flows', (t) => t.flows],
  ['flows_limit', 'gauge', 'Flows that there is room for', (t) => t.flowsLimit],
  ['flows_total', 'counter', 'Flows seen', (t) => t.flowsTotal],
  ['packets_without_flow_total', 'counter', 'Packets that got no flow row because the table was full', (t) => t.packetsWithoutFlow],
  ['hosts', 'gauge', 'Live hosts', (t) => t.hosts],
  ['local_hosts', 'gauge', 'Live hosts of local networks', (t) => t.localHosts],
  ['hosts_limit', 'gauge', 'Hosts that there is room for', (t) => t.hostsLimit],
  ['hosts_refused_total', 'counter', 'Hosts that got no row because the table was full', (t) => t.hostsRefused],
  ['flows_given_up_total', 'counter', 'Flows whose recognition was given up for want of room', (t) => t.flowsGivenUp],
  ['macs', 'gauge', 'Link addresses', (t) => t.macs],
  ['tcp_retransmissions_total', 'counter', 'TCP segments seen again', (t) => t.tcp.retransmissions],
  ['tcp_out_of_order_total', 'counter', 'TCP segments behind later ones', (t) => t.tcp.outOfOrder],
  ['tcp_lost_total', 'counter', 'TCP segments that never passed here', (t) => t.tcp.lost],
  ['tcp_zero_window_total', 'counter', 'Segments that closed the receive window', (t) => t.tcp.zeroWindow],
  ['clock_gaps_total', 'counter', "Jumps of the packets' clock by more than 60 s", (t) => t.clockGaps],
  ['clock_steps_total', 'counter', "Steps back of the packets' clock", (t) => t.clockSteps],
  ['packet_time_seconds', 'gauge', "The packets' clock", (t) => t.nowMs / 1000],
]

type OfInfo = readonly [name: string, type: 'counter' | 'gauge', help: string, value: (info: InterfaceInfo) => number | undefined]
const OF_INFO: readonly OfInfo[] = [
  ['up', 'gauge', '0 when the interface has failed', ({ state }) => (state === 'failed' ? 0 : 1)],
  ['enabled', 'gauge', '0 when the interface is disabled', ({ state }) => (state === 'disabled' ? 0 : 1)],
  ['input_faults_total', 'counter', 'What was wrong with the input', ({ progress }) => progress.faultCount],
  ['filtered_out_packets_total', 'counter', 'Packets that the packet filter left out', ({ progress }) => progress.filteredOut],
  ['link_up', 'gauge', '0 when the captured link is down or gone', ({ device }) => device && (device.link === 'up' ? 1 : 0)],
  ['speed_bits_per_second', 'gauge', 'What the link can carry', ({ speedBps }) => speedBps],
  ['ring_freezes_total', 'counter', 'How often the kernel stopped because a ring was full', ({ device }) => device?.freezes],
  ['exporters', 'gauge', 'Exporters that a collector has heard', ({ collector }) => collector?.exporters],
  ['collected_datagrams_total', 'counter', 'Datagrams or messages of exporters', ({ collector }) => collector?.datagrams],
  ['collected_records_total', 'counter', 'Flow records and samples of exporters', ({ collector }) => collector?.records],
  ['senders_refused_total', 'counter', 'Datagrams of senders that may not send', ({ collector }) => collector?.sendersRefused],
  ['exporters_refused_total', 'counter', 'Datagrams of exporters without room', ({ collector }) => collector?.exportersRefused],
  ['ring_lag_seconds', 'gauge', 'Age of the oldest packet when it was read, the last time', ({ device }) => device && device.lagMs / 1000],
]

export default ({ questions, server, state, resolver }: Deps) =>
  route({
    method: 'GET',
    path: '/metrics',
    summary: 'Figures in the text format of Prometheus',
    tag: 'server',
    type: PROMETHEUS_TYPE,
    reply: Type.String() as TSchema,
    handler: async () =>
      metricsText([
        ...ofServer(server),
        ...ofState(state?.stats()),
        ...ofResolver(resolver?.stats()),
        ...(await ofInterfaces(questions)),
        ...ofExports(questions.live.exports()),
      ]),
  })

type OfState = readonly [name: string, type: 'counter' | 'gauge', help: string, value: (stats: StateStats) => number]
const OF_STATE: readonly OfState[] = [
  ['up', 'gauge', '0 while the store of small state is away', ({ isAway, faults }) => (isAway || faults.length > 0 ? 0 : 1)],
  ['waiting_writes', 'gauge', 'Writes that wait for the store of small state', ({ waiting }) => waiting],
  ['lost_writes_total', 'counter', 'Writes of small state that could not be kept', ({ lost }) => lost],
]
const ofState = (stats: StateStats | undefined): Metric[] =>
  stats === undefined
    ? []
    : OF_STATE.map(([name, type, help, value]) => ({
        name: `wiretop_state_${name}`,
        type,
        help,
        samples: [{ labels: { kind: stats.kind }, value: value(stats) }],
      }))

type OfResolver = readonly [name: string, type: 'counter' | 'gauge', help: string, value: (stats: ResolverStats) => number]
const OF_RESOLVER: readonly OfResolver[] = [
  ['asked_total', 'counter', 'Addresses that DNS was asked for', ({ asked }) => asked],
  ['named_total', 'counter', 'Addresses that have a name', ({ named }) => named],
  ['failed_total', 'counter', 'Addresses for which no answer came, or none that means anything', ({ failed }) => failed],
  ['refused_total', 'counter', 'Addresses that were not asked for, because too many waited', ({ refused }) => refused],
  ['waiting', 'gauge', 'Addresses that wait', ({ waiting }) => waiting],
]
const ofResolver = (stats: ResolverStats | undefined): Metric[] =>
  stats === undefined
    ? []
    : OF_RESOLVER.map(([name, type, help, value]) => ({
        name: `wiretop_dns_${name}`,
        type,
        help,
        samples: [{ labels: {}, value: value(stats) }],
      }))

type OfExport = readonly [name: string, type: 'counter' | 'gauge', help: string, value: (info: ExportInfo) => number]
const OF_EXPORTS: readonly OfExport[] = [
  ['export_records_total', 'counter', 'Flow records sent on', ({ records }) => records],
  ['export_dropped_records_total', 'counter', 'Flow records that could not be sent on', ({ dropped }) => dropped],
  ['export_waiting_records', 'gauge', 'Flow records that wait to be sent on', ({ waiting }) => waiting],
  ['export_peers', 'gauge', 'Connections to receivers of flow records', ({ peers }) => peers],
]
const ofExports = (infos: readonly ExportInfo[]): Metric[] =>
  infos.length === 0
    ? []
    : OF_EXPORTS.map(([name, type, help, value]) => ({
        name: `wiretop_${name}`,
        type,
        help,
        samples: infos.map((info) => ({ labels: { endpoint: info.endpoint }, value: value(info) })),
      }))

function ofServer({ version, startedMs, answers, liveClients }: ServerFacts): Metric[] {
  const memory = process.memoryUsage()
  const cpu = process.cpuUsage()
  const gauge = (name: string, help: string, value: number, labels = {}): Metric => ({
    name,
    type: 'gauge',
    help,
    samples: [{ labels, value }],
  })
  const statuses = [...answers].flatMap((value, hundred) => (value > 0 ? [{ labels: { status: `${hundred}xx` }, value }] : []))
  return [
    gauge('wiretop_build_info', 'The version that runs', 1, { version, node: process.versions.node }),
    gauge('process_start_time_seconds', 'When the server started, epoch seconds', startedMs / 1000),
    gauge('process_resident_memory_bytes', 'Memory of the process', memory.rss),
    gauge('nodejs_heap_used_bytes', 'Used heap of the main thread', memory.heapUsed),
    gauge('nodejs_external_memory_bytes', 'Memory outside the heap', memory.external),
    {
      name: 'process_cpu_seconds_total',
      type: 'counter',
      help: 'Processor time of the process',
      samples: [{ labels: {}, value: (cpu.user + cpu.system) / 1e6 }],
    },
    gauge('wiretop_live_clients', 'Open WebSockets', liveClients()),
    { name: 'wiretop_http_answers_total', type: 'counter', help: 'HTTP answers by class of status', samples: statuses },
  ]
}

async function ofInterfaces(questions: Questioner): Promise<Metric[]> {
  const all = questions.live.interfaces()
  const labelsOf = ({ info }: LiveInterface) => ({ interface: String(info.id), name: info.name })
  const states = OF_INFO.map(([name, type, help, value]): Metric => {
    const samples = all.flatMap((one) => {
      const figure = value(one.info)
      return figure === undefined ? [] : [{ labels: labelsOf(one), value: figure }]
    })
    return { name: `wiretop_interface_${name}`, type, help, samples }
  })
  const figures = OF_TOTALS.map(([name, type, help, value]): Metric => {
    const samples = all.flatMap((one) => {
      const totals = one.latest()
      return totals ? [{ labels: labelsOf(one), value: value(totals) }] : []
    })
    return { name: `wiretop_interface_${name}`, type, help, samples }
  })
  const malformed = await Promise.all(
    all.map(async (one) => {
      const counts =
        one.info.state === 'failed' || one.info.state === 'disabled'
          ? {}
          : await questions.ask(one.info.id, 'malformed', {}).catch(() => ({}))
      return Object.entries(counts).map(([cause, value]) => ({ labels: { ...labelsOf(one), cause }, value }))
    }),
  )
  return [
    ...states,
    ...figures,
    {
      name: 'wiretop_interface_malformed_packets_total',
      type: 'counter',
      help: 'Damaged packets by the name of the damage',
      samples: malformed.flat(),
    },
  ]
}
