/** The samples with bytes of their packets changed at random, through sources, headers, dissectors, tables and questions: nothing throws, and all sums agree. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Entity, entities } from '../src/lib/fields.ts'
import { newSourceStats } from '../src/lib/source.ts'
import { Answers } from '../src/probe/answers.ts'
import { openInput } from '../src/sources/open-source.ts'
import type { RollUp } from '../src/tables/roll-up.ts'
import { testTables } from '../src/tables/testing.ts'
import { seeded } from '../src/wire/testing.ts'

const SAMPLES = new URL('../samples/', import.meta.url)
const FILE_HEADER_LEN = 24
const RECORD_HEADER_LEN = 16
const ROUNDS = 3
const MAX_BYTES = 64_000
const QUICK = { flowMs: 100, closedFlowMs: 10, localHostMs: 200, remoteHostMs: 100 }

const names = readdirSync(SAMPLES).filter((name) => name.endsWith('.pcap') && readFileSync(new URL(name, SAMPLES)).length < MAX_BYTES)
let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wiretop-fuzz-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Up to three bytes of each packet become others, mostly behind the link and IP headers. */
function damage(capture: Buffer, random: (n: number) => number): void {
  for (let at = FILE_HEADER_LEN; at + RECORD_HEADER_LEN <= capture.length; ) {
    const length = capture.readUInt32LE(at + 8)
    for (let n = random(4); n > 0; n--) {
      const place = Math.min(length - 1, (random(3) > 0 ? 34 : 0) + random(Math.max(1, length)))
      capture[at + RECORD_HEADER_LEN + place] = random(256)
    }
    at += RECORD_HEADER_LEN + length
  }
}

const bytesOf = (r: RollUp) => [...r.bytesC2s, ...r.bytesS2c].reduce((sum, n) => sum + n, 0)

describe.each(names)('%s', (name) => {
  test.each(Array.from({ length: ROUNDS }, (_, i) => i + 1))('damaged, round %i', async (round) => {
    const capture = readFileSync(new URL(name, SAMPLES))
    damage(capture, seeded(round * 7919 + names.indexOf(name)))
    const path = join(folder, `${round}-${name}`)
    writeFileSync(path, capture)
    const t = testTables({ flowLimit: 200, hostLimit: 100, ...(round % 2 === 0 ? { idle: QUICK } : {}) })
    await openInput(path).run({ packets: (batch) => t.take(batch) }, new AbortController().signal)
    t.finish()
    t.tickTo(t.nowMs + 2000)
    const answers = new Answers(t, newSourceStats, name)
    for (const entity of Object.keys(entities) as Entity[]) answers.answer('list', { entity, limit: 1000 })
    expect(answers.answer('dump', {}).flows.length).toBe(t.flows.rows.live)
    expect(bytesOf(t.booking.apps)).toBe(bytesOf(t.booking.l4))
    expect(Math.min(...t.booking.apps.bytesC2s, ...t.booking.apps.packetsS2c)).toBe(0)
  })
})
