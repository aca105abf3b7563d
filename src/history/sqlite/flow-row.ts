/**
 * A record as a row of the table `flows` of ntopng 1.2. Its column `json` has the record by the numbers of information elements, which 1.2 reads; what it has no
 * number for stands in an object of ours, which also is the mark by which our rows are known: 1.2 wrote IN and OUT exchanged.
 */
import { FLOW_RECORD_CLIENT_IS_DST, type FlowBatch } from '../../lib/flow-batch.ts'
import { formatAddress } from '../../wire/address.ts'
import { protocolName } from '../../wire/protocols.ts'
import { flagText } from '../../wire/tcp-flags.ts'
import type { StoredValues } from '../record-of.ts'
import { storedValue, storedValueNames } from '../stored-flows.ts'

export const TABLE =
  'CREATE TABLE IF NOT EXISTS flows (ID INTEGER PRIMARY KEY AUTOINCREMENT, vlan_id INTEGER, cli_ip TEXT, cli_port INTEGER, srv_ip TEXT, srv_port INTEGER, ' +
  'proto INTEGER, bytes INTEGER, first_seen INTEGER, last_seen INTEGER, duration INTEGER, json TEXT)'
export const INSERT =
  'INSERT INTO flows (vlan_id, cli_ip, cli_port, srv_ip, srv_port, proto, bytes, first_seen, last_seen, duration, json) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'
/** Times are in seconds. */
export const SELECT = 'SELECT vlan_id, cli_ip, cli_port, srv_ip, srv_port, proto, bytes, first_seen, last_seen, json FROM flows'

const MARK = 'wiretop'
const SECOND_MS = 1000
const TCP = 6
/** What the table or a number of an information element has already. */
const ELSEWHERE = ['client', 'server', 'clientPort', 'serverPort', 'proto', 'vlan', 'bytesC2s', 'bytesS2c', 'packetsC2s', 'packetsS2c']
const OURS = storedValueNames.filter((name) => !ELSEWHERE.includes(name))

/** In the order of INSERT. */
export function rowOf(batch: FlowBatch, i: number, interfaceName: string): (number | string)[] {
  const client = (batch.flags[i]! & FLOW_RECORD_CLIENT_IS_DST) === 0 ? 0 : 1
  const address = (of: Int32Array) => formatAddress(of[4 * i]!, of[4 * i + 1]!, of[4 * i + 2]!, of[4 * i + 3]!)
  const [cli, srv] = client === 0 ? [address(batch.src), address(batch.dst)] : [address(batch.dst), address(batch.src)]
  const [cliPort, srvPort] = client === 0 ? [batch.srcPort[i]!, batch.dstPort[i]!] : [batch.dstPort[i]!, batch.srcPort[i]!]
  const there = 2 * i + client
  const back = 2 * i + 1 - client
  const [vlan, proto] = [batch.vlan[i]!, batch.proto[i]!]
  const whole = (value: number) => Math.round(value)
  const seconds = (ms: number) => Math.floor(ms / SECOND_MS)
  const [first, last] = [seconds(batch.firstMs[i]!), seconds(batch.lastMs[i]!)]
  const fields = batch.extras[i]?.fields
  const mark: Record<string, unknown> = { interface: interfaceName }
  for (const name of OURS) {
    const value = storedValue(name, batch, i, client)
    if (value !== undefined) mark[name] = value
  }
  if (fields !== undefined) mark['fields'] = fields
  const json = {
    '8': cli,
    '7': cliPort,
    '12': srv,
    '11': srvPort,
    '4': proto,
    ...(vlan > 0 && { '58': vlan, '59': vlan }),
    ...(proto === TCP && { '6': batch.tcpFlags[there]! | batch.tcpFlags[back]! }),
    '1': whole(batch.bytes[there]!),
    '2': whole(batch.packets[there]!),
    '23': whole(batch.bytes[back]!),
    '24': whole(batch.packets[back]!),
    '22': first,
    '21': last,
    '57591': batch.extras[i]?.app ?? 'Unknown',
    [MARK]: mark,
  }
  const bytes = whole(batch.bytes[there]! + batch.bytes[back]!)
  return [vlan, cli, cliPort, srv, srvPort, proto, bytes, first, last, last - first, JSON.stringify(json)]
}

export interface TableRow {
  readonly [column: string]: unknown
}
type Json = Readonly<Record<string, unknown>>

/** What a row says by the names of our columns, and the interface that saw it; '': it does not say. A row whose JSON cannot be read is known by the other columns alone. */
export function valuesOf(row: TableRow): { readonly value: StoredValues; readonly interfaceName: string } {
  const json = parsed(row['json'])
  const mark = json?.[MARK]
  const isOurs = typeof mark === 'object' && mark !== null
  const values: Record<string, unknown> = isOurs ? { ...(mark as Json) } : strange(json ?? {})
  const element = (id: number) => json?.[String(id)] ?? json?.[LABELS[id] ?? '']
  // The client's bytes are in IN in our rows, and in OUT in those of 1.2.
  const [there, back] = isOurs ? [1, 23] : [23, 1]
  const [bytesC2s, bytesS2c] = [element(there), element(back)]
  const proto = Number(row['proto'])
  Object.assign(values, {
    vlan: row['vlan_id'],
    client: row['cli_ip'],
    clientPort: row['cli_port'],
    server: row['srv_ip'],
    serverPort: row['srv_port'],
    proto: protocolName(proto),
    bytesC2s: bytesC2s ?? (bytesS2c === undefined ? row['bytes'] : 0),
    bytesS2c: bytesS2c ?? 0,
    packetsC2s: element(there + 1) ?? 0,
    packetsS2c: element(back + 1) ?? 0,
    firstSeen: values['firstSeen'] ?? SECOND_MS * Number(row['first_seen']),
    lastSeen: values['lastSeen'] ?? SECOND_MS * Number(row['last_seen']),
  })
  // 1.2 has the flags of both directions as one number.
  const flags = element(6)
  if (!isOurs && proto === TCP && flags !== undefined) values['tcpFlagsC2s'] = flagText(Number(flags) & 0xff)
  const name = values['interface']
  return { value: (column) => values[column], interfaceName: typeof name === 'string' ? name : '' }
}

/** As `--json-labels` of 1.2 writes them. */
const LABELS: Readonly<Record<number, string>> = {
  1: 'IN_BYTES',
  2: 'IN_PKTS',
  4: 'PROTOCOL',
  6: 'TCP_FLAGS',
  7: 'L4_SRC_PORT',
  8: 'IPV4_SRC_ADDR',
  11: 'L4_DST_PORT',
  12: 'IPV4_DST_ADDR',
  21: 'LAST_SWITCHED',
  22: 'FIRST_SWITCHED',
  23: 'OUT_BYTES',
  24: 'OUT_PKTS',
  58: 'SRC_VLAN',
  59: 'DST_VLAN',
}
const KNOWN = new Set(Object.entries(LABELS).flat())
const NTOP = 57_472
const NAMED: Readonly<Record<string, string>> = {
  [NTOP + 119]: 'app',
  L7_PROTO_NAME: 'app',
  [NTOP + 180]: 'info',
  HTTP_URL: 'info',
  [NTOP + 169]: 'clientProgram',
  SRC_PROC_NAME: 'clientProgram',
  [NTOP + 372]: 'clientUser',
  SRC_PROC_USER_NAME: 'clientUser',
  [NTOP + 376]: 'serverProgram',
  DST_PROC_NAME: 'serverProgram',
  [NTOP + 377]: 'serverUser',
  DST_PROC_USER_NAME: 'serverUser',
}
/** 1.2.0 wrote the name where the number belongs. */
const APPLICATION = [String(NTOP + 118), 'L7_PROTO']

/** What a row of 1.2 says beside counters: what has a column of ours by its name, and all else as fields. */
function strange(json: Json): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  const fields: Record<string, string> = {}
  const tell = (key: string, said: unknown) => {
    const name = NAMED[key] ?? (APPLICATION.includes(key) && Number.isNaN(Number(said)) ? 'app' : undefined)
    if (name !== undefined) values[name] = String(said)
    else if (typeof said !== 'object' && !KNOWN.has(key)) fields[key] = String(said)
  }
  for (const [key, said] of Object.entries(json)) {
    if (key !== 'json') tell(key, said)
    else for (const [inner, more] of Object.entries(parsed(said) ?? {})) tell(inner, more)
  }
  return { ...values, ...(Object.keys(fields).length > 0 && { fields }) }
}

function parsed(text: unknown): Json | undefined {
  if (typeof text === 'object') return (text as Json | null) ?? undefined
  try {
    const value: unknown = JSON.parse(String(text))
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined
  } catch {
    return undefined
  }
}
