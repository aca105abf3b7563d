import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LineSplitter } from './line-splitter.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
function linesOf(text: string, cuts: readonly number[]): { lines: string[]; tooLong: number } {
  const splitter = new LineSplitter()
  const lines: string[] = []
  const whole = bytes(text)
  let at = 0
  for (let n = 0; at < whole.length; n++) {
    const next = Math.min(whole.length, at + cuts[n % cuts.length]!)
    splitter.take(whole.subarray(at, next), (line) => lines.push(line))
    at = next
  }
  splitter.end((line) => lines.push(line))
  return { lines, tooLong: splitter.tooLong }
}

const STREAM = '<13>one\n12 <13>two\nhalf<14>three\r\n\n{"a":1}\n7 <1>four8 <15>five last'
const LINES = ['<13>one', '<13>two\nhalf', '<14>three', '{"a":1}', '<1>four', '<15>five', ' last']

test('lines and counted messages are the same however the stream is cut', () => {
  for (let cut = 1; cut <= STREAM.length; cut++) expect(linesOf(STREAM, [cut]).lines, `cut ${cut}`).toEqual(LINES)
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 20 }), (cuts) => {
      expect(linesOf(STREAM, cuts).lines).toEqual(LINES)
    }),
    { seed: 1, numRuns: 200 },
  )
})
test.each([[100_000], [1000], [7]])('a line without end costs that line (cut by %d)', (cut) => {
  const found = linesOf(`<1>a\n${'x'.repeat(200_000)}\n<1>b\n`, [cut])
  expect(found).toEqual({ lines: ['<1>a', '<1>b'], tooLong: 1 })
})
