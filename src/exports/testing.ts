import { once } from 'node:events'
import type { AddressInfo, Server, Socket } from 'node:net'
import { createServer } from 'node:net'
import { FLOW_RECORD_BIFLOW, FLOW_RECORD_CLIENT_IS_SRC, FLOW_RECORD_ENDED, FlowBatch, type FlowExtras } from '../lib/flow-batch.ts'
import { parseAddress } from '../wire/address.ts'
import { parseMac } from '../wire/mac.ts'

export interface Given {
  src?: string
  dst?: string
  srcPort?: number
  dstPort?: number
  proto?: number
  flags?: number
  bytes?: readonly [number, number]
  packets?: readonly [number, number]
  sampling?: number
  firstMs?: number
  lastMs?: number
  tcpFlags?: readonly [number, number]
  extras?: FlowExtras | undefined
}

export const START_MS = Date.UTC(2026, 0, 2, 3, 4, 5, 678)

/** A batch of these records; what is not given is of an ended TCP flow whose client is src. */
export function batchOf(...records: readonly Given[]): FlowBatch {
  const batch = new FlowBatch(Math.max(1, records.length))
  for (const given of records) {
    const i = batch.begin(0)
    const { src = '10.0.0.1', dst = '192.0.2.80', bytes = [1000, 5000], packets = [10, 12], tcpFlags = [0x1b, 0x1b] } = given
    batch.flags[i] = given.flags ?? FLOW_RECORD_ENDED | FLOW_RECORD_BIFLOW | FLOW_RECORD_CLIENT_IS_SRC
    batch.ipVersion[i] = src.includes(':') ? 6 : 4
    batch.proto[i] = given.proto ?? 6
    batch.src.set(parseAddress(src)!, 4 * i)
    batch.dst.set(parseAddress(dst)!, 4 * i)
    batch.srcPort[i] = given.srcPort ?? 40_000
    batch.dstPort[i] = given.dstPort ?? 443
    batch.bytes.set(bytes, 2 * i)
    batch.packets.set(packets, 2 * i)
    batch.tcpFlags.set(tcpFlags, 2 * i)
    batch.sampling[i] = given.sampling ?? 1
    batch.firstMs[i] = given.firstMs ?? START_MS
    batch.lastMs[i] = given.lastMs ?? START_MS + 1500
    batch.extras[i] = given.extras
  }
  return batch
}

/** Every column holds something of its own. */
export function fullBatch(): FlowBatch {
  const batch = batchOf({
    src: '2001:db8::1',
    dst: '2001:db8::2',
    extras: {
      app: 'TLS.Google',
      appId: 91,
      serverName: 'example.org',
      info: 'https://example.org/a?b="c"]\\',
      path: ['edge', 'region'],
      fields: { 'http.status': 200, 'user agent]="': 'a\nb' },
      srcProcess: {
        name: 'curl',
        pid: 42,
        user: 'ada',
        container: 'web',
        fatherName: 'bash',
        fatherPid: 41,
        memory: 5e9,
        peakMemory: 6e9,
        cpu: 1.5,
        ioWait: 0.25,
        pageFaults: 7,
      },
      dstProcess: { name: 'nginx', pid: 43, user: 'www' },
    },
  })
  batch.exporter[0] = 3
  batch.vlan[0] = 12
  batch.tos[0] = 0xb8
  batch.inIf[0] = 5
  batch.outIf[0] = 6
  batch.srcAs[0] = 64_500
  batch.dstAs[0] = 4_200_000_001
  batch.srcMask[0] = 48
  batch.dstMask[0] = 64
  batch.nextHop.set(parseAddress('2001:db8::ff')!, 0)
  batch.srcMac[0] = parseMac('02:00:00:00:00:01')!
  batch.dstMac[0] = parseMac('fe:dc:ba:98:76:54')!
  return batch
}

export interface Receiver {
  readonly port: number
  readonly sockets: readonly Socket[]
  /** All that came, over all connections. */
  text(): string
  bytes(): Buffer
  /** Bytes of each connection. */
  connections(): readonly Buffer[]
  close(): Promise<void>
}

/** Takes what comes over TCP; `serve` makes another server, as one of TLS. */
export async function receiver({
  port = 0,
  serve = createServer as (taking: (socket: Socket) => void) => Server,
  isDeaf = false,
} = {}): Promise<Receiver> {
  const sockets: Socket[] = []
  const parts: Buffer[][] = []
  const server = serve((socket) => {
    const mine: Buffer[] = []
    sockets.push(socket)
    parts.push(mine)
    socket.on('error', () => {})
    if (isDeaf) socket.pause()
    else socket.on('data', (part: Buffer) => mine.push(part))
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    sockets,
    bytes: () => Buffer.concat(parts.flat()),
    text: () => Buffer.concat(parts.flat()).toString(),
    connections: () => parts.map((mine) => Buffer.concat(mine)),
    close: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Waits until it is so; fails after ten seconds. */
export async function until(isSo: () => boolean, what: string): Promise<void> {
  for (const begin = Date.now(); !isSo(); ) {
    if (Date.now() - begin > 10_000) throw new Error(`after 10 s not yet: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
