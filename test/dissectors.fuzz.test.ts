/** Every dissector is shown real payloads of all protocols, whole and damaged: nothing throws, and nothing beyond a payload's end is read. */
import { beforeAll, describe, expect, test } from 'vitest'
import { Exclude, Match } from '../src/dissectors/dissector.ts'
import { allDissectors } from '../src/dissectors/index.gen.ts'
import { silentContext } from '../src/dissectors/testing.ts'
import { Cursor } from '../src/wire/cursor.ts'
import { seeded } from '../src/wire/testing.ts'
import { DAMAGES, hasCorpus, type Payload, realPayloads } from './payloads.ts'

const SHOWN = 1500
/** More than any dissector reads beyond the end by mistake. */
const AROUND = 64

const from = hasCorpus ? 'samples and corpus' : 'samples (skipped: ../shared/corpus is absent)'

describe(`payloads of ${from}`, () => {
  const cursor = new Cursor()
  let payloads: Payload[] = []
  beforeAll(async () => {
    const all = await realPayloads()
    const random = seeded(11)
    payloads = Array.from({ length: SHOWN }, () => all[random(all.length)]!)
  })

  test.each(Object.keys(DAMAGES) as (keyof typeof DAMAGES)[])('%s', (damage) => {
    const random = seeded(damage.length)
    for (const { over, srcPort, dstPort, bytes } of payloads) {
      const other = payloads[random(payloads.length)]!.bytes
      const shown = DAMAGES[damage](bytes, random, other)
      if (shown.length === 0) continue
      const surrounded = [0x00, 0xff].map((filler) => {
        const around = new Uint8Array(shown.length + 2 * AROUND).fill(filler)
        around.set(shown, AROUND)
        return around
      })
      for (const d of allDissectors) {
        if (d.signature === undefined || ![d.over].flat().includes(over)) continue
        const says = surrounded.map((around) => {
          const ctx = silentContext({ proto: over === 'tcp' ? 6 : 17, srcPort, dstPort, wireLeft: shown.length })
          const verdict = d.signature!(cursor.reset(around, AROUND, AROUND + shown.length), ctx)
          const fields: Record<string, unknown> = {}
          if (verdict === Match) d.extract?.(cursor.reset(around, AROUND, AROUND + shown.length), fields, ctx)
          return { verdict, fields }
        })
        if (says[0]!.verdict !== Exclude || says[1]!.verdict !== Exclude) expect(says[1], d.name).toEqual(says[0])
      }
    }
  })
})
