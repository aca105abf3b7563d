/**
 * A process that captures, for tests: a packet socket sees the network namespace of the thread that opens it. Options come as JSON in the first argument,
 * orders as lines on standard input, what it sees as JSON lines on standard output.
 */
import { createHash } from 'node:crypto'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import type { PacketBatch, SourceStats } from '../lib/source.ts'
import { LiveRing, type LiveRingOptions } from './live-ring.ts'
import { PacketSocket } from './packet-socket.ts'
import { openWake, PacketWait } from './packet-wait.ts'

export interface CaptureRequest extends Omit<LiveRingOptions, 'wait' | 'fds' | 'filter'> {
  readonly name: string
  /** sock_filter instructions in hex. */
  readonly filter?: string
  /** How long the sink takes for a batch. */
  readonly sinkMs?: number
  /** Descriptors opened beforehand, as if privileges were dropped then. */
  readonly openBefore?: number
  /** Becomes nobody before it captures. */
  readonly dropPrivileges?: boolean
}
export interface CaptureReport {
  readonly event: 'running' | 'stats' | 'ended' | 'failed'
  readonly message?: string
  readonly stats: SourceStats
  readonly ringBytes: number
  readonly capBytes: number
  readonly wireBytes: number
  readonly outOfOrder: number
  /** Of all packets' bytes, whatever their order. */
  readonly digest: string
  readonly first: readonly string[]
  readonly cpuMs: number
}

const SHOWN = 4
const NOBODY = 65_534

async function main(request: CaptureRequest): Promise<void> {
  const { name, filter, sinkMs = 0, openBefore, dropPrivileges, ...options } = request
  const fds = openBefore === undefined ? undefined : Array.from({ length: openBefore }, () => PacketSocket.open().fd)
  if (dropPrivileges === true) {
    process.setgid?.(NOBODY)
    process.setuid?.(NOBODY)
  }
  const ring = new LiveRing(name, {
    ...options,
    wait: new PacketWait(openWake()),
    ...(filter === undefined ? {} : { filter: Uint8Array.from(Buffer.from(filter, 'hex')) }),
    ...(fds === undefined ? {} : { fds }),
  })
  const seen = { capBytes: 0, wireBytes: 0, outOfOrder: 0, lastMs: 0, first: [] as string[], digest: 0n }
  const sink = {
    packets(batch: PacketBatch): void | Promise<void> {
      for (let i = 0; i < batch.count; i++) {
        const data = batch.buf.subarray(batch.start[i]!, batch.start[i]! + batch.capLen[i]!)
        seen.capBytes += data.length
        seen.wireBytes += batch.wireLen[i]!
        if (batch.tsMs[i]! < seen.lastMs) seen.outOfOrder++
        seen.lastMs = batch.tsMs[i]!
        if (seen.first.length < SHOWN) seen.first.push(Buffer.from(data).toString('hex'))
        seen.digest ^= digestOf(data)
      }
      return sinkMs > 0 ? sleep(sinkMs) : undefined
    },
  }
  const say = (event: CaptureReport['event'], message?: string) => {
    const { user, system } = process.cpuUsage()
    const { capBytes, wireBytes, outOfOrder, first, digest } = seen
    const report = { event, message, stats: ring.stats(), ringBytes: ring.ringBytes, capBytes, wireBytes, outOfOrder, first }
    console.log(JSON.stringify({ ...report, digest: digest.toString(16), cpuMs: (user + system) / 1000 }))
  }
  const stop = new AbortController()
  const orders = createInterface({ input: process.stdin })
  orders.on('line', (order) => (order === 'stop' ? stop.abort() : say('stats')))
  try {
    const running = ring.run(sink, stop.signal)
    // A failure to start comes as an event of its own.
    const poll = setInterval(() => {
      if (ring.ringBytes === 0) return
      clearInterval(poll)
      say('running')
    }, 5)
    await running.finally(() => clearInterval(poll))
    say('ended')
  } catch (error) {
    say('failed', String(error))
  }
  orders.close()
}

export function digestOf(data: Uint8Array): bigint {
  return createHash('sha1').update(data).digest().readBigUInt64LE(0)
}

if (process.argv[1] === import.meta.filename) await main(JSON.parse(process.argv[2]!) as CaptureRequest)
