import { expect, test } from 'vitest'
import { SampleWriter } from './sample-batch.ts'
import { MAX_WIRE_LEN } from './source.ts'

const taken = (capacity: number) => {
  const batches: string[][] = []
  const writer = new SampleWriter(capacity, (batch) => {
    batches.push(
      Array.from({ length: batch.count }, (_, i) =>
        Buffer.from(batch.buf.subarray(batch.start[i]!, batch.start[i]! + batch.capLen[i]!)).toString(),
      ),
    )
  })
  return { batches, writer, put: (text: string) => writer.begin(0, Buffer.from(`>${text}<`), 1, text.length, 100, 1, 0) }
}

test('batches go on when they are full, and when somebody says so; an empty one does not', () => {
  const { batches, writer, put } = taken(2)
  writer.flush()
  for (const text of ['a', 'b', 'c']) put(text)
  writer.flush()
  expect(batches).toEqual([['a', 'b'], ['c']])
})

test('long headers are cut, and fill a batch before its number does', () => {
  const { batches, writer, put } = taken(64)
  for (let n = 0; n < 20; n++) put(String(n % 10).repeat(3000))
  writer.flush()
  expect(batches.map((headers) => headers.length)).toEqual([8, 8, 4])
  expect(batches.flat().every((header, n) => header === String(n % 10).repeat(2048))).toBe(true)
})

test('the next sample has nothing of the one before, and a length that holds what was captured', () => {
  const { writer } = taken(1)
  const { batch } = writer
  const b = new Uint8Array(60)
  const first = writer.begin(7, b, 0, 60, 0xffff_ffff, 1, 5)
  expect([batch.exporter[first], batch.wireLen[first], batch.tsMs[first]]).toEqual([7, MAX_WIRE_LEN, 5])
  for (const column of ['weight', 'flags', 'vlan', 'inIf', 'outIf', 'srcAs', 'dstAs', 'srcMask', 'dstMask', 'nextHop'] as const)
    batch[column].fill(9)
  batch.extras[first] = {}
  const next = writer.begin(8, b, 0, 60, 10, 1, 6)
  const columns = [batch.flags, batch.vlan, batch.inIf, batch.outIf, batch.srcAs, batch.dstAs, batch.srcMask, batch.dstMask, batch.nextHop]
  expect(columns.flatMap((column) => [...column])).toEqual(new Array(12).fill(0))
  expect([next, batch.weight[next], batch.wireLen[next], batch.extras[next]]).toEqual([0, 1, 60, undefined])
})
