/** What every dissector must hold: hostile bytes of any kind do not throw, do not read past the end and do not stop it. */
import { describe, expect, test } from 'vitest'
import { Cursor } from '../wire/cursor.ts'
import type { Dissector } from './dissector.ts'
import { Exclude, Match, NeedMore } from './dissector.ts'
import { allDissectors } from './index.gen.ts'
import { fromClient, fromServer, show } from './testing.ts'

function mulberry32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return (t ^ (t >>> 14)) >>> 0
  }
}
const randomBytes = (random: () => number, length: number) => Uint8Array.from({ length }, () => random() & 255)
const transports = (d: Dissector) => (d.over === undefined ? (d.ipProtocols ?? []) : [d.over].flat()) as ('tcp' | 'udp' | number)[]

describe.each(allDissectors.map((d) => [d.name, d] as const))('%s', (_name, d) => {
  test('says where it is looked for', () => {
    expect(transports(d).length).toBeGreaterThan(0)
    expect(d.category).not.toBe('')
    expect(d.about).not.toBe('')
  })

  test('any length of random bytes, either way, gives a verdict', () => {
    const random = mulberry32(0x5eed)
    for (const transport of transports(d))
      for (let length = 0; length < 64; length++)
        for (let n = 0; n < 4; n++) {
          const report = show(d, [fromClient(randomBytes(random, length)), fromServer(randomBytes(random, length + n * 40))], { transport })
          expect([Exclude, Match, NeedMore]).toContain(report.verdict)
        }
  })

  test('extract survives random bytes that no signature has seen', () => {
    const random = mulberry32(0xfeed)
    const unsigned = { ...d } as { -readonly [K in keyof Dissector]: Dissector[K] }
    delete unsigned.signature
    for (const transport of transports(d))
      for (let length = 0; length < 200; length += 3) {
        const first = randomBytes(random, length)
        if (typeof d.firstBytes === 'object' && length > 0) first[0] = d.firstBytes[random() % d.firstBytes.length]!
        const report = show(unsigned, [fromClient(first), fromServer(randomBytes(random, length * 5))], { transport })
        expect(typeof report.fields).toBe('object')
      }
  })

  test('reads nothing beyond the end of its bytes', () => {
    if (d.signature === undefined) return
    const random = mulberry32(7)
    for (let length = 0; length < 32; length++) {
      // The same bytes with two different surroundings must give the same verdict.
      const body = randomBytes(random, length)
      if (typeof d.firstBytes === 'object' && length > 0) body[0] = d.firstBytes[0]!
      const verdicts = [0x00, 0xff].map((filler) => {
        const around = new Uint8Array(length + 128).fill(filler)
        around.set(body, 64)
        return d.signature!(new Cursor().reset(around, 64, 64 + length), ctxStub())
      })
      expect(verdicts[0]).toBe(verdicts[1])
    }
  })
})

const nothing = () => undefined
const ctxStub = () => ({
  proto: 17,
  fromClient: true,
  srcPort: 40_000,
  dstPort: 50_000,
  packet: 1,
  packetThisWay: 1,
  midStream: false,
  wireLeft: 0,
  isFragment: false,
  srcIpv4: 1,
  dstIpv4: 2,
  memo: 0,
  serverName: nothing,
  info: nothing,
  inside: nothing,
  becomes: nothing,
  raise: nothing,
  tally: nothing,
  nameAddress: nothing,
  nameHost: nothing,
  expect: nothing,
  expectAt: nothing,
})
