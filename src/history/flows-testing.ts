/** Flows of tests: each follows from its number alone. */
import { FLOW_RECORD_CLIENT_IS_SRC, FLOW_RECORD_ENDED, FLOW_RECORD_GOES_ON, FlowBatch } from '../lib/flow-batch.ts'

export const T0 = Date.UTC(2026, 10, 26, 10)
export const SERVERS = [0x08080808, 0x01010101, 0x5db8d822]
const APPS = ['DNS', 'TLS.Google', 'HTTP']

/** A record that follows from its number alone. */
export function flowOf(n: number) {
  const bytes = [100 + 7 * n, 1000 + 13 * n] as const
  return {
    client: `10.0.${n % 3}.${n % 7}`,
    server: SERVERS[n % SERVERS.length]!,
    clientPort: 30_000 + n,
    serverPort: [53, 443, 80][n % 3]!,
    app: APPS[n % 3]!,
    proto: n % 3 === 0 ? 17 : 6,
    bytes,
    packets: [1 + (n % 5), 2 + (n % 3)] as const,
    lastMs: T0 + n * 1000,
    vlan: n % 2 === 0 ? 0 : 100,
    goesOn: n % 4 === 3,
    serverName: n % 3 === 1 ? `host${n % 5}.example.org` : undefined,
  }
}
const word = (ip: string) => ip.split('.').reduce((sum, part) => (sum << 8) | Number(part), 0)

export function batchOf(from: number, count: number): FlowBatch {
  const batch = new FlowBatch(count)
  for (let n = from; n < from + count; n++) {
    const f = flowOf(n)
    const i = batch.begin(0)
    batch.flags[i] = FLOW_RECORD_ENDED | FLOW_RECORD_CLIENT_IS_SRC | (f.goesOn ? FLOW_RECORD_GOES_ON : 0)
    batch.src.set([0, 0, 0xffff, word(f.client)], 4 * i)
    batch.dst.set([0, 0, 0xffff, f.server], 4 * i)
    batch.srcPort[i] = f.clientPort
    batch.dstPort[i] = f.serverPort
    batch.proto[i] = f.proto
    batch.vlan[i] = f.vlan
    batch.bytes.set(f.bytes, 2 * i)
    batch.packets.set(f.packets, 2 * i)
    batch.firstMs[i] = f.lastMs - 500
    batch.lastMs[i] = f.lastMs
    batch.latencyUs.set([1500, 20_250], 2 * i)
    batch.tcpFlags.set([0x1b, 0x13], 2 * i)
    batch.extras[i] = {
      app: f.app,
      category: f.app === 'DNS' ? 'Network' : 'Web',
      ...(f.serverName !== undefined && { serverName: f.serverName }),
      ...(n % 3 === 2 && { fields: { 'HTTP.url': `/page/${n}`, 'HTTP.status': 200 }, risks: ['XSS Attack', 'HTTP Obsolete Server'] }),
    }
  }
  return batch
}
