import { homedir, hostname } from 'node:os'
import { join } from 'node:path'
import { EXPORT_KINDS } from '../exports/export-kinds.ts'
import { AGGREGATION_MODES, type AggregationMode } from '../lib/aggregations.ts'
import { DUMP_MODES, type DumpMode } from '../lib/contact-rows.ts'
import { AS_SOURCES, type AsSource } from '../lib/exporters.ts'
import { STICKY_HOSTS, type StickyHosts } from '../lib/live.ts'
import { INTERFACE_MERGE_RULES, type InterfaceMergeRule } from '../lib/merge-rule.ts'
import { nearest } from '../lib/nearest.ts'
import { SERIES_KEEPINGS, type SeriesKeeping } from '../lib/series-points.ts'
import { MAX_RING_BYTES, MIN_RING_BYTES } from '../recording/packet-ring.ts'
import { type RedisAddress, redisAddress } from '../state/redis-address.ts'
import { refusedCategory } from './category-file.ts'
import { DNS_MODES, type DnsMode, dnsServers } from './dns-options.ts'
import { checkInput } from './input-kind.ts'
import { refusedInstance } from './instance-option.ts'
import { flag, many, pending, Refusal, type Values, valued } from './option.ts'
import { byteCount, type HttpAddress, httpAddress, LOOPBACK, networkList, packetFilter, wholeNumber, workerCount } from './option-values.ts'
import { checkStore } from './store-option.ts'

const INPUT = 'What is read'
const NETWORK = 'Names and networks'
const CONSOLE = 'Console'
const LIMITS = 'Limits'
const KEPT = 'What is kept and passed on'
const PROGRAM = 'The program itself'

const GIB = 1024 ** 3
const MAX_ROWS = 16_777_216
const MIN_ROWS = 1024

/** For root where services keep theirs, else the user's state directory (XDG Base Directory Specification). */
export function defaultDataDir(isRoot = process.getuid?.() === 0, env: NodeJS.ProcessEnv = process.env): string {
  return isRoot ? '/var/lib/wiretop' : join(env['XDG_STATE_HOME'] || join(homedir(), '.local', 'state'), 'wiretop')
}

/** What an endpoint says beyond its kind is looked at when it is opened. */
function exportRefusal(text: string): Refusal | undefined {
  const [, kind] = /^([a-z+]+):\/\//.exec(text) ?? []
  if (kind !== undefined && (EXPORT_KINDS as readonly string[]).includes(kind)) return undefined
  const meant = kind === undefined ? undefined : nearest(kind, EXPORT_KINDS)
  const known = EXPORT_KINDS.map((one) => `${one}://`).join(', ')
  return new Refusal(`${text}: where to? ${meant === undefined ? `It may be ${known}` : `${meant}:// was probably meant`}`)
}

const ringBytes = (text: string): number | Refusal => {
  const bytes = text === '0' ? 0 : byteCount(text)
  if (bytes instanceof Refusal || bytes === 0 || (bytes >= MIN_RING_BYTES && bytes <= MAX_RING_BYTES)) return bytes
  return new Refusal('must be 0, or from 1M to a little less than 2G')
}

const dumpMode = (text: string): DumpMode | Refusal =>
  DUMP_MODES.find((mode) => mode === text) ?? new Refusal(`must be one of ${DUMP_MODES.join(', ')}`)

const aggregationMode = (text: string): AggregationMode | Refusal =>
  AGGREGATION_MODES.find((mode) => String(mode) === text) ?? new Refusal(`${text} is no mode: give 0, 1 or 2`)

/**
 * Every option of `wiretop` without a sub-command. Names and letters are those of the ntopng 1.2 user's guide, so that a command line or a
 * configuration file written for it means the same here.
 */
export const options = {
  interface: many(
    {
      short: 'i',
      value: 'INPUT',
      section: INPUT,
      about:
        'A network interface, by its name or its number (wiretop --help lists them), several with commas between as one, or any for all of ' +
        'them as one; none opens nothing. Or a capture (pcap or pcapng, also packed with gzip or zstd), - for standard input, a text file that lists captures, one a line, or several ' +
        'of them with commas between (merged by time). Or an endpoint that exporters send to: netflow://0.0.0.0:2055 (v5, v9 and IPFIX), ' +
        'sflow://0.0.0.0:6343, tcp://HOST:5556 (ZMQ), syslog://0.0.0.0:514 (docs/collecting.md). Give it again for more interfaces.',
      shownDefault: 'all that are up, where that is allowed',
    },
    checkInput,
  ),
  'per-exporter': flag({
    section: INPUT,
    about: 'Of what is collected make an interface for each exporter, beside the one of all: of the first 64 at each endpoint.',
  }),
  'original-speed': flag({ section: INPUT, about: 'Read captures as fast as their packets came, not as fast as possible.' }),
  'packet-filter': valued(
    {
      short: 'B',
      value: 'FILTER',
      section: INPUT,
      about: 'Take only packets that match, in the syntax of tcpdump: host 10.0.0.1 and not port 22. Needs libpcap.',
    },
    undefined as string | undefined,
    packetFilter,
  ),
  'no-promiscuous': flag({ section: INPUT, about: 'Take only packets that are for this machine or come from it.' }),
  'ring-bytes': valued(
    {
      value: 'BYTES',
      section: INPUT,
      about: 'The most memory in which the kernel keeps packets of one interface until they are read. It begins with a part of that.',
      shownDefault: '64M, or a 64th of the memory where that is less',
    },
    undefined as number | undefined,
    byteCount,
  ),
  'cpu-affinity': valued(
    {
      short: 'g',
      value: 'CORE',
      section: INPUT,
      about: 'Pin the capture to a processor core; several workers take the cores from there on.',
    },
    undefined as number | undefined,
    wholeNumber(0, 4095),
  ),
  'hw-timestamp-mode': valued(
    {
      value: 'ixia|adapter',
      section: INPUT,
      about: 'ixia: take time stamps from the trailer that a packet broker appends, and strip it; adapter: those of the network card.',
    },
    undefined as 'ixia' | 'adapter' | undefined,
    (text) => (text === 'ixia' || text === 'adapter' ? text : new Refusal(`${text} is no such mode: give ixia or adapter`)),
  ),
  libpcap: valued(
    {
      value: 'FILE',
      section: INPUT,
      about: 'The libpcap that compiles filters and captures where the kernel has no ring; that of PF_RING, for instance.',
      shownDefault: 'the system’s',
    },
    undefined as string | undefined,
    (text) => text,
  ),
  workers: valued(
    {
      value: 'N',
      section: INPUT,
      about: 'Split each interface over so many threads, 1 to 64; auto: one for each processor core but one.',
      shownDefault: '1',
    },
    1,
    workerCount,
  ),
  'merge-rule': valued(
    {
      value: INTERFACE_MERGE_RULES.join('|'),
      section: INPUT,
      about:
        'How a flow counts that several interfaces have seen, where all are asked as one: as the one that saw most of it, as all together, as the one that saw it first.',
      shownDefault: 'max',
    },
    'max' as InterfaceMergeRule,
    (text) => INTERFACE_MERGE_RULES.find((rule) => rule === text) ?? new Refusal(`must be one of ${INTERFACE_MERGE_RULES.join(', ')}`),
  ),

  'local-networks': valued(
    {
      short: 'm',
      value: 'NETWORKS',
      section: NETWORK,
      about: 'Networks whose hosts are local, with commas between: 192.168.1.0/24, 10.0.0.0/255.0.0.0, fd00::/8.',
      shownDefault: 'the networks of the captured interfaces, private, link-local, loopback, multicast and broadcast ranges',
    },
    undefined as readonly string[] | undefined,
    networkList,
  ),
  'ndpi-protocols': valued(
    {
      short: 'p',
      alias: ['protocols'],
      value: 'FILE',
      section: NETWORK,
      about: 'Rules that name applications by port, address or server name (docs/custom-rules.md). SIGHUP reads them again.',
      shownDefault: 'custom-rules.txt in the data folder, where there is one',
    },
    undefined as string | undefined,
    (text) => text,
  ),
  category: many(
    {
      value: '[CATEGORY=]FILE',
      section: NETWORK,
      about:
        'Servers and addresses of a category: with CATEGORY= a list of names and networks, one a line; without it rules that end in the ' +
        'name of their category (docs/custom-rules.md).',
      shownDefault: 'custom-categories.txt in the data folder, where there is one',
    },
    (text) => refusedCategory(text),
  ),
  'risk-list': many({
    value: 'FILE',
    section: NETWORK,
    about:
      'What is known to be bad, one a line: fingerprints (JA3, JA4), SHA-1 of certificates, domain names, addresses, networks (docs/risks.md). ' +
      'Give it again for more files.',
  }),
  'exporter-interfaces': valued(
    {
      value: 'FILE',
      section: NETWORK,
      about:
        'Names, aliases and speeds of the interfaces of exporters: address, ifIndex, name, alias and speed with commas between, one interface a line.',
    },
    undefined as string | undefined,
    (text) => text,
  ),
  snmp: valued(
    {
      value: 'FILE',
      section: NETWORK,
      about: 'Which exporters are asked by SNMP for their interfaces, and with which community or keys. Nobody is asked without it.',
    },
    undefined as string | undefined,
    (text) => text,
  ),
  'as-source': valued(
    {
      value: 'exporter|table',
      section: NETWORK,
      about: 'Whose word on the autonomous systems of collected flows counts first: that of their exporter, or the table of addresses.',
    },
    'exporter' as AsSource,
    (text) =>
      (AS_SOURCES as readonly string[]).includes(text) ? (text as AsSource) : new Refusal(`${text} tells nothing: give exporter or table`),
  ),
  'dns-mode': valued(
    {
      short: 'n',
      value: '0-3',
      section: NETWORK,
      about:
        'Names of hosts by DNS: 0 read answers that pass, and look up local addresses; 1 the same, and look up all; 2 only read answers; 3 neither (docs/state.md).',
    },
    2 as DnsMode,
    (text) => DNS_MODES.find((mode) => String(mode) === text) ?? new Refusal(`${text} is no mode: give 0, 1, 2 or 3`),
  ),
  'dns-servers': valued(
    {
      value: 'SERVERS',
      section: NETWORK,
      about: 'Name servers that are asked, with commas between: 192.168.1.1, [fd00::1]:5353.',
      shownDefault: 'those of the system',
    },
    undefined as readonly string[] | undefined,
    dnsServers,
  ),
  'categorization-key': pending(
    { short: 'c', value: 'KEY', section: NETWORK, about: 'Key of a host categorisation service.' },
    'host categorisation',
  ),
  'httpbl-key': pending({ short: 'k', value: 'KEY', section: NETWORK, about: 'Key of the http:BL reputation service.' }, 'host reputation'),

  'http-port': valued(
    {
      short: 'w',
      alias: ['listen'],
      value: '[ADDRESS:]PORT',
      section: CONSOLE,
      about: 'Where the console and the API are served; * for all addresses, port 0 for not at all, auto for a free port.',
      shownDefault: `${LOOPBACK}:3000`,
    },
    { host: LOOPBACK, port: 3000 } as HttpAddress | undefined,
    httpAddress,
  ),
  'max-upload-bytes': valued(
    { value: 'BYTES', section: CONSOLE, about: 'Largest capture that can be dropped onto the console.', shownDefault: '1G' },
    GIB,
    byteCount,
  ),
  instance: many(
    {
      value: '[NAME=]URL',
      section: CONSOLE,
      about:
        'Another wiretop that the page of instances shows, by the address of its console (docs/instances.md). Give it again for more; tokens ' +
        'are given in the console.',
      shownDefault: 'those in instances.json in the data folder',
    },
    refusedInstance,
  ),
  'https-port': pending(
    { short: 'W', value: '[ADDRESS:]PORT', section: CONSOLE, about: 'Where the console is served encrypted.' },
    'HTTPS',
  ),
  'disable-login': pending({ short: 'l', section: CONSOLE, about: 'Let everybody in without a password.' }, 'users and log-in'),
  'disable-autologout': pending({ short: 'q', section: CONSOLE, about: 'Do not end sessions that are idle.' }, 'users and log-in'),
  'users-file': pending({ short: 'u', value: 'FILE', section: CONSOLE, about: 'Users and their password hashes.' }, 'users and log-in'),
  'httpdocs-dir': pending({ short: '1', value: 'DIR', section: CONSOLE, about: 'Static files of script pages.' }, 'script pages'),
  'scripts-dir': pending({ short: '2', value: 'DIR', section: CONSOLE, about: 'Script pages.' }, 'script pages'),
  'callbacks-dir': pending(
    { short: '3', value: 'DIR', section: CONSOLE, about: 'Scripts that are called periodically.' },
    'periodic scripts',
  ),

  'max-num-hosts': valued(
    {
      short: 'x',
      alias: ['host-limit'],
      value: 'N',
      section: LIMITS,
      about: 'Hosts kept at once on each interface.',
      shownDefault: '65536',
    },
    65_536,
    wholeNumber(MIN_ROWS, MAX_ROWS),
  ),
  'max-num-flows': valued(
    {
      short: 'X',
      alias: ['flow-limit'],
      value: 'N',
      section: LIMITS,
      about: 'Flows kept at once on each interface.',
      shownDefault: '131072',
    },
    131_072,
    wholeNumber(MIN_ROWS, MAX_ROWS),
  ),
  'sticky-hosts': valued(
    {
      short: 'S',
      value: 'all|local|remote|none',
      section: LIMITS,
      about: 'Hosts that stay however long they are idle.',
      shownDefault: 'none',
    },
    'none' as StickyHosts,
    (text) => STICKY_HOSTS.find((one) => one === text) ?? new Refusal('must be all, local, remote or none'),
  ),

  'data-dir': valued(
    {
      short: 'd',
      value: 'DIR',
      section: KEPT,
      about: 'Folder for everything that is kept.',
      shownDefault: '/var/lib/wiretop for root, else wiretop in the state directory of the user',
    },
    undefined as string | undefined,
    (text) => text,
  ),
  'packet-ring': valued(
    {
      value: 'BYTES',
      section: KEPT,
      about: 'Keep the latest packets of each interface in memory, so many bytes of them, for download after they have passed; 0 for none.',
      shownDefault: '0',
    },
    0,
    ringBytes,
  ),
  store: valued(
    {
      value: 'STORE',
      section: KEPT,
      about:
        'Where flows go when they end, and every five minutes while they last: parquet, files in the data folder; sqlite, files as ntopng 1.2 writes ' +
        'them; a ClickHouse, as clickhouse://HOST/DATABASE (docs/history.md); or none.',
      shownDefault: 'parquet, or sqlite with -F',
    },
    undefined as string | undefined,
    checkStore,
  ),
  'store-password-file': valued(
    {
      value: 'FILE',
      section: KEPT,
      about: 'Holds the password for --store. It may also stand in the environment, as WIRETOP_STORE_PASSWORD.',
    },
    undefined as string | undefined,
    (text) => text,
  ),
  'store-queue': valued(
    {
      value: 'BYTES',
      section: KEPT,
      about: 'The most that waits in the data folder while a store that is another program is away; the oldest make room.',
      shownDefault: '2G',
    },
    2 * GIB,
    byteCount,
  ),
  'history-days': valued({ value: 'DAYS', section: KEPT, about: 'How long flows are kept.' }, 7, wholeNumber(1, 3660)),
  'history-bytes': valued(
    { value: 'BYTES', section: KEPT, about: 'The most that kept flows take; the oldest make room.', shownDefault: '10G' },
    10 * GIB,
    byteCount,
  ),
  timeseries: valued(
    {
      value: SERIES_KEEPINGS.join('|'),
      section: KEPT,
      about: 'How series are kept: in files for the console, or also in those of rrdtool, where ntopng 1.2 had them.',
      shownDefault: 'files',
    },
    'files' as SeriesKeeping,
    (text) => SERIES_KEEPINGS.find((keeping) => keeping === text) ?? new Refusal(`must be one of ${SERIES_KEEPINGS.join(', ')}`),
  ),
  'timeseries-bytes': valued(
    { value: 'BYTES', section: KEPT, about: 'The most that series take; the oldest of the finest make room.', shownDefault: '2G' },
    2 * GIB,
    byteCount,
  ),
  'dump-flows': flag({ short: 'F', section: KEPT, about: 'Keep flows in files of SQLite, as ntopng 1.2 does: --store sqlite.' }),
  'dump-hosts': valued(
    {
      short: 'D',
      value: DUMP_MODES.join('|'),
      section: KEPT,
      about:
        'Write down who contacted whom, by where the client is: an SQLite file a day in datadump in the data folder (docs/activity.md).',
    },
    'none' as DumpMode,
    dumpMode,
  ),
  'dump-aggregations': valued(
    {
      short: 'E',
      value: DUMP_MODES.join('|'),
      section: KEPT,
      about: 'Write down which names were asked for, by where the host is that asked, in the same file.',
    },
    'none' as DumpMode,
    dumpMode,
  ),
  'dump-timeline': flag({
    short: 'C',
    section: KEPT,
    about: 'Keep in which seconds each local host had traffic as long as flows are kept; without it one day.',
  }),
  'enable-aggregations': valued(
    {
      short: 'A',
      value: '0-2',
      section: KEPT,
      about: 'Add up names that are asked for, with who asks: 0 not, 1 in memory, 2 also the seconds in which each is asked for.',
    },
    1 as AggregationMode,
    aggregationMode,
  ),
  'export-flows': many(
    {
      short: 'I',
      value: 'ENDPOINT',
      section: KEPT,
      about:
        'Send flows on, while they last and when they have ended: tcp://*:3456 (ZMQ), ipfix://HOST, json:///FILE, syslog://HOST, kafka://BROKER/TOPIC ' +
        'and others (docs/flows-out.md). Give it again for more.',
    },
    (text) => exportRefusal(text),
  ),
  'export-interval': valued(
    { value: 'SECONDS', section: KEPT, about: 'Tell of a flow that lasts every so many seconds, of what it gained.' },
    60,
    wholeNumber(1, 3600),
  ),
  'json-labels': flag({ section: KEPT, about: 'Name the fields of flows that are sent by ZMQ instead of numbering them.' }),
  'zmq-version': valued(
    { value: '0|1|2|4', section: KEPT, about: 'Layout of the header of messages that are sent by ZMQ.', shownDefault: '2' },
    2 as 0 | 1 | 2 | 4,
    (text) =>
      ['0', '1', '2', '4'].includes(text) ? (Number(text) as 0 | 1 | 2 | 4) : new Refusal(`${text} is no version: give 0, 1, 2 or 4`),
  ),
  'zmq-compat': valued(
    { value: '1.2', section: KEPT, about: 'Send by ZMQ what ntopng 1.2 reads: IN and OUT exchanged.' },
    undefined as '1.2' | undefined,
    (text) => (text === '1.2' ? text : new Refusal(`${text} is no version that needs it: give 1.2`)),
  ),
  'zmq-key': valued(
    {
      value: 'FILE',
      section: KEPT,
      about: 'Our secret key (Z85): who subscribes by ZMQ must know its public key, and all is encrypted (CURVE).',
    },
    undefined as string | undefined,
    (text) => text,
  ),
  redis: valued(
    {
      short: 'r',
      value: 'HOST[:PORT]',
      section: KEPT,
      about:
        'Keep small state (names, saved views, hosts that have left) in Redis or Valkey instead of a file in the data folder: HOST:PORT@DATABASE, the path of a socket, ' +
        'redis://USER@HOST/2, or rediss:// for an encrypted connection (docs/state.md).',
    },
    undefined as RedisAddress | undefined,
    (text) => {
      const address = redisAddress(text)
      return typeof address === 'string' ? new Refusal(address) : address
    },
  ),
  'redis-password-file': valued(
    {
      value: 'FILE',
      section: KEPT,
      about: 'Its first line is the password for Redis; without it the environment’s WIRETOP_REDIS_PASSWORD is.',
    },
    undefined as string | undefined,
    (text) => text,
  ),
  'redis-ca': valued(
    {
      value: 'FILE',
      section: KEPT,
      about: 'Certificates (PEM) of those who may vouch for an encrypted Redis.',
      shownDefault: 'those that the system trusts',
    },
    undefined as string | undefined,
    (text) => text,
  ),
  'disable-host-persistency': flag({
    short: 'P',
    section: KEPT,
    about: 'Forget hosts that have left; else what they were is added when they come back within an hour.',
  }),
  'disable-alerts': pending({ short: 'H', section: KEPT, about: 'Raise no alerts.' }, 'alerts'),
  'instance-name': valued(
    {
      short: 'N',
      value: 'NAME',
      section: KEPT,
      about: 'What this wiretop is called where several feed each other or share a store.',
      shownDefault: 'the name of the machine',
    },
    hostname(),
    (text) => (/^[\w.-]{1,64}$/.test(text) ? text : new Refusal('must be 1 to 64 letters, digits, dots, dashes or underscores')),
  ),

  config: many({
    value: 'FILE',
    section: PROGRAM,
    about: 'Read options from a file, as if they stood here; the bare name of the file does the same.',
  }),
  daemon: flag({
    short: 'e',
    section: PROGRAM,
    about: 'Go to the background once everything is open; messages go to wiretop.log in the data folder.',
  }),
  pid: valued(
    { short: 'G', value: 'FILE', section: PROGRAM, about: 'Write the process id to a file.' },
    undefined as string | undefined,
    (text) => text,
  ),
  user: valued(
    {
      short: 'U',
      value: 'USER',
      section: PROGRAM,
      about: 'The user that root becomes once captures and ports are open.',
      shownDefault: 'nobody when an interface is captured',
    },
    undefined as string | undefined,
    (text) => text,
  ),
  'dont-change-user': flag({ short: 's', section: PROGRAM, about: 'Stay the user that started it.' }),
  'no-color': flag({ section: PROGRAM, about: 'No colours and no moving progress in the terminal.' }),
  verbose: flag({ short: 'v', section: PROGRAM, about: 'Say more.' }),
  version: flag({ short: 'V', section: PROGRAM, about: 'Show the version.' }),
  help: flag({ short: 'h', section: PROGRAM, about: 'Show this.' }),
} as const

export type Options = Values<typeof options>
