import { expect, test } from 'vitest'
import { newSourceStats, PacketBatch, type Source } from '../lib/source.ts'
import { IxiaTimed } from './ixia-trailer.ts'
import { collect, payload } from './testing.ts'

const SENT_MS = 1_700_000_000_250.5
const frame = payload(64)

function trailer({ timestampLen = 8, length = 10, signature = [0xaf, 0x12], nanoseconds = 250_500_000, frameCheck = 4 } = {}): Uint8Array {
  const bytes = new Uint8Array(15 + frameCheck)
  const view = new DataView(bytes.buffer)
  bytes.set([4, timestampLen])
  view.setUint32(2, 1_700_000_000)
  view.setUint32(6, nanoseconds)
  bytes[10] = length
  bytes.set(signature, 11)
  return bytes
}

function source(data: Uint8Array, wireLen = data.length, linkType = 1): Source {
  const batch = new PacketBatch(1)
  batch.buf = data
  batch.count = 1
  batch.capLen[0] = data.length
  batch.wireLen[0] = wireLen
  batch.tsMs[0] = 1
  batch.linkType[0] = linkType
  return { name: 'tap', run: async (sink) => sink.packets(batch), stats: newSourceStats }
}
const timed = async (data: Uint8Array, wireLen?: number, linkType?: number, offset = 0) =>
  (await collect(new IxiaTimed(source(data, wireLen, linkType), offset)))[0]!
const hex = (data: Uint8Array) => Buffer.from(data).toString('hex')
const join = (...parts: Uint8Array[]) => Uint8Array.from(Buffer.concat(parts))

test('a frame with a trailer loses it and gets its time', async () => {
  expect(await timed(join(frame, trailer()))).toEqual({ tsMs: SENT_MS, data: hex(frame), wireLen: 64, linkType: 1 })
})
test('the time is local to the tap', async () => {
  expect((await timed(join(frame, trailer()), undefined, undefined, 7200)).tsMs).toBe(SENT_MS - 7_200_000)
})
test('a frame that is nothing but a trailer becomes empty', async () => {
  expect(await timed(trailer())).toMatchObject({ data: '', wireLen: 0 })
})

const whole = join(frame, trailer())
test.each<[string, Uint8Array, (number | undefined)?, number?]>([
  ['has none', frame],
  ['is shorter than one', frame.subarray(0, 18)],
  ['was not captured whole', whole, whole.length + 1],
  ['is no Ethernet', whole, undefined, 101],
  ['has another signature', join(frame, trailer({ signature: [0xaf, 0x13] }))],
  ['has another time stamp length', join(frame, trailer({ timestampLen: 4 }))],
  ['has another trailer length', join(frame, trailer({ length: 12 }))],
  ['has a second of more than a second', join(frame, trailer({ nanoseconds: 1_000_000_000 }))],
  ['has it at another place', join(frame, trailer({ frameCheck: 0 }))],
])('a frame stays as it is when it %s', async (_, data, wireLen, linkType) => {
  expect(await timed(data, wireLen, linkType)).toMatchObject({ tsMs: 1, data: hex(data), wireLen: wireLen ?? data.length })
})
