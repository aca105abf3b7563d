import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  INTERFACE_BLOCK_LEN,
  PACKET_HEAD_LEN,
  packetBlockLen,
  putInterface,
  putPacketBlock,
  sectionHeader,
} from '../src/lib/capture-format.ts'
import type { StreamEnd, StreamProgress } from '../src/lib/recording.ts'
import { JointStream, REORDER_MS } from '../src/probe/merge/joint-stream.ts'
import type { WorkerStream } from '../src/probe/packet-streams.ts'
import { joinBytes } from '../src/sources/pcap-writer.ts'
import { readBytes } from '../src/sources/testing.ts'

const START_MS = 1_700_000_000_000

/** A worker that sends what it is told to. */
class FakeWorker implements WorkerStream {
  readonly about = 'all packets'
  upToMs = Number.NEGATIVE_INFINITY
  onNews: () => void = () => undefined
  isStopped = false
  private end: StreamEnd | undefined
  private readonly chunks: Uint8Array[] = [joinBytes([sectionHeader('test', ''), interfaceBlock()])]
  private wake: (() => void) | undefined

  async next(): Promise<Uint8Array | undefined> {
    while (this.chunks.length === 0) {
      if (this.end !== undefined) return undefined
      await new Promise<void>((resolve) => (this.wake = resolve))
    }
    return this.chunks.shift()
  }
  progress(): StreamProgress {
    return { packets: 0, bytes: 0, leftOut: 0, otherLinkType: 0, ...(this.end && { end: this.end }) }
  }
  stop(): void {
    this.isStopped = true
    this.ends('stopped')
  }

  sends(...atMs: number[]): void {
    this.chunks.push(joinBytes(atMs.map(packetBlock)))
    this.wake?.()
  }
  says(upToMs: number): void {
    this.upToMs = START_MS + upToMs
    this.onNews()
  }
  ends(end: StreamEnd): void {
    this.end ??= end
    this.wake?.()
    this.onNews()
  }
}

function interfaceBlock(): Uint8Array {
  const bytes = new Uint8Array(INTERFACE_BLOCK_LEN)
  putInterface(new DataView(bytes.buffer), 0, 1)
  return bytes
}
function packetBlock(ms: number): Uint8Array {
  const bytes = new Uint8Array(packetBlockLen(4))
  putPacketBlock(new DataView(bytes.buffer), 0, 0, START_MS + ms, 4, 4)
  bytes.fill(7, PACKET_HEAD_LEN, PACKET_HEAD_LEN + 4)
  return bytes
}

/** What the stream has given so far, as times. */
class Receiver {
  private readonly pieces: Uint8Array[] = []
  readonly done: Promise<void>
  constructor(stream: JointStream) {
    this.done = (async () => {
      for (let piece = await stream.next(); piece !== undefined; piece = await stream.next()) this.pieces.push(piece.slice())
    })()
  }
  async times(): Promise<number[]> {
    // Whatever can go on does.
    await vi.advanceTimersByTimeAsync(0)
    return (await readBytes(joinBytes(this.pieces))).seen.map(({ tsMs }) => tsMs - START_MS)
  }
}

const unbound = { format: 'pcapng', maxPackets: Number.POSITIVE_INFINITY, maxBytes: Number.POSITIVE_INFINITY } as const

describe('packets of two workers', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
  afterEach(() => void vi.useRealTimers())

  function started(canWait: boolean, more = {}) {
    const [a, b] = [new FakeWorker(), new FakeWorker()]
    const stream = new JointStream([a, b], { ...unbound, canWait, ...more })
    return { a, b, stream, receiver: new Receiver(stream) }
  }

  test('go out as soon as no older one can come', async () => {
    const { a, b, receiver } = started(true)
    a.sends(10, 30, 50)
    expect(await receiver.times()).toEqual([])
    b.sends(20)
    expect(await receiver.times()).toEqual([10, 20])
    b.says(40)
    expect(await receiver.times()).toEqual([10, 20, 30])
    b.ends('input-ended')
    expect(await receiver.times()).toEqual([10, 20, 30, 50])
  })

  test('wait half a second for one that says nothing, and what comes later is there all the same', async () => {
    const { a, b, receiver } = started(false)
    a.sends(10)
    await vi.advanceTimersByTimeAsync(REORDER_MS - 10)
    expect(await receiver.times()).toEqual([])
    await vi.advanceTimersByTimeAsync(20)
    expect(await receiver.times()).toEqual([10])
    b.sends(5)
    a.says(6)
    expect(await receiver.times()).toEqual([10, 5])
  })

  test('wait for ever where workers can wait', async () => {
    const { a, b, receiver } = started(true)
    a.sends(10)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(await receiver.times()).toEqual([])
    b.says(10)
    expect(await receiver.times()).toEqual([10])
  })

  test('a bound stops both, and it says which', async () => {
    const { a, b, stream, receiver } = started(true, { maxPackets: 2 })
    a.sends(10, 30)
    b.sends(20, 40)
    await receiver.done
    expect(await receiver.times()).toEqual([10, 20])
    expect(stream.progress()).toMatchObject({ packets: 2, end: 'packets' })
    expect([a.isStopped, b.isStopped]).toEqual([true, true])
  })

  test.each<[StreamEnd, StreamEnd, StreamEnd]>([
    ['interface-gone', 'seconds', 'seconds'],
    ['seconds', 'interface-gone', 'seconds'],
    ['interface-gone', 'interface-gone', 'interface-gone'],
    ['input-ended', 'stopped', 'stopped'],
  ])('of which one ends by %s, then the other by %s: %s', async (first, second, expected) => {
    const { a, b, stream, receiver } = started(true)
    a.sends(10)
    a.ends(first)
    await receiver.times()
    b.ends(second)
    await receiver.done
    expect(stream.progress().end).toBe(expected)
    expect(await receiver.times()).toEqual([10])
  })
})
