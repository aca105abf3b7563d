/** Ours against Debian's rrdtool: the same updates make the same bytes. */
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { whyMissing } from '../../../test/processes.ts'
import { RrdFile } from './rrd-file.ts'
import { BOTH_WAYS, INTERFACE_SECONDS } from './schemas-1-2.ts'

const missing = whyMissing(['rrdtool'])
const T0 = 1_000_000_000
const run = (...args: string[]) => execFileSync('rrdtool', args, { encoding: 'utf8', maxBuffer: 2 ** 28, env: { TZ: 'UTC', LC_ALL: 'C' } })

interface Update {
  readonly at: number
  readonly values: readonly number[]
}
const text = ({ at, values }: Update) => [at, ...values.map((value) => (Number.isNaN(value) ? 'U' : String(value)))].join(':')

/** Times within a step, on its end, over several, and over more than the archives hold. */
const wait = (stepS: number) =>
  fc.oneof(
    { weight: 5, arbitrary: fc.constant(stepS) },
    { weight: 5, arbitrary: fc.integer({ min: 1, max: stepS + 2 }) },
    { weight: 2, arbitrary: fc.integer({ min: stepS, max: 4 * stepS }) },
    { weight: 1, arbitrary: fc.integer({ min: stepS, max: 40 * stepS }) },
  )
const orUnknown = (values: fc.Arbitrary<number>) =>
  fc.oneof({ weight: 9, arbitrary: values }, { weight: 1, arbitrary: fc.constant(Number.NaN) })
/** Eighths are doubles exactly, however they are read. */
const gauge = orUnknown(fc.integer({ min: -1000, max: 9000 }).map((n) => n / 8))
/** What a counter gains; now and then it begins anew. */
const growth = orUnknown(fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 0, max: 5000 }) }, { weight: 1, arbitrary: fc.constant(-1) }))

function updates(startS: number, waits: readonly number[], columns: readonly (readonly number[])[], counters: readonly number[]): Update[] {
  const counted = columns.map(() => 4_294_960_000)
  let at = startS
  return waits.map((seconds, i) => {
    at += seconds
    const values = columns.map((column, c) => {
      const value = column[i]!
      if (!counters.includes(c) || Number.isNaN(value)) return value
      counted[c] = value < 0 ? 7 : counted[c]! + value
      return counted[c]!
    })
    return { at, values }
  })
}

/** The sign of what is not a number says nothing. */
function doubles(path: string): BigUint64Array {
  const file = new Uint8Array(readFileSync(path))
  const numbers = new Float64Array(file.buffer)
  for (let i = 0; i < numbers.length; i++) if (Number.isNaN(numbers[i])) numbers[i] = Number.NaN
  return new BigUint64Array(file.buffer)
}

describe.skipIf(missing !== undefined)(`RRD files ${missing ?? ''}`, () => {
  let folder = ''
  const path = (name: string) => join(folder, name)
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'wiretop-rrd-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  function sameBytes(definition: readonly string[], startS: number, all: readonly Update[]): void {
    run('create', path('theirs.rrd'), '--start', String(startS), ...definition)
    copyFileSync(path('theirs.rrd'), path('ours.rrd'))
    run('update', path('theirs.rrd'), ...all.map(text))
    // The state is read again half way.
    for (const part of [all.slice(0, all.length / 2), all.slice(all.length / 2)]) {
      const file = RrdFile.open(path('ours.rrd'))
      for (const { at, values } of part) expect(file.update(at, values)).toBe(true)
      file.flush()
      file.close()
    }
    expect(doubles(path('ours.rrd'))).toEqual(doubles(path('theirs.rrd')))
  }

  it('has the bytes that rrdtool makes of the same updates', () => {
    const definition = ['--step', '10', 'DS:g:GAUGE:25:0:1000', 'DS:c:COUNTER:35:U:U', 'DS:d:DERIVE:30:-100:U', 'DS:a:ABSOLUTE:60:U:500']
    const archives = ['AVERAGE:0.5:1:15', 'AVERAGE:0.3:3:10', 'MIN:0.5:4:8', 'MAX:0.7:5:8', 'LAST:0:3:9', 'MAX:0.5:1:9', 'MIN:0:1:40'].map(
      (a) => `RRA:${a}`,
    )
    fc.assert(
      fc.property(
        fc.integer({ min: T0, max: T0 + 1000 }),
        fc.array(fc.tuple(wait(10), gauge, growth, growth, gauge), { minLength: 2, maxLength: 60 }),
        (startS, rows) => {
          const columns = [1, 2, 3, 4].map((c) => rows.map((row) => row[c as 1 | 2 | 3 | 4]))
          const waits = rows.map(([seconds]) => seconds)
          sameBytes([...definition, ...archives], startS, updates(startS, waits, columns, [1, 2]))
        },
      ),
      { numRuns: 60 },
    )
  })

  it('predicts and finds failures as rrdtool does', () => {
    const definition = ['--step', '10', 'DS:a:GAUGE:30:U:U', 'DS:b:DERIVE:40:U:U', 'RRA:AVERAGE:0.5:1:20']
    fc.assert(
      fc.property(
        fc.integer({ min: T0, max: T0 + 1000 }),
        fc.integer({ min: 3, max: 20 }),
        fc.array(fc.tuple(fc.oneof({ weight: 6, arbitrary: fc.constant(10) }, wait(10)), gauge, growth), { minLength: 60, maxLength: 160 }),
        (startS, season, rows) => {
          const columns = [1, 2].map((c) => rows.map((row) => row[c as 1 | 2]))
          const all = updates(
            startS,
            rows.map(([seconds]) => seconds),
            columns,
            [1],
          )
          sameBytes([...definition, `RRA:HWPREDICT:50:0.1:0.0035:${season}`], startS, all)
        },
      ),
      { numRuns: 40 },
    )
  })

  it.each([
    [
      'both ways',
      BOTH_WAYS,
      [
        '--step',
        '300',
        'DS:sent:DERIVE:600:U:U',
        'DS:rcvd:DERIVE:600:U:U',
        'RRA:AVERAGE:0.5:1:7200',
        'RRA:AVERAGE:0.5:12:2400',
        'RRA:AVERAGE:0.5:288:365',
      ],
    ],
    [
      'seconds',
      INTERFACE_SECONDS,
      ['--step', '1', 'DS:num:DERIVE:5:U:U', 'RRA:AVERAGE:0.5:1:86400', 'RRA:AVERAGE:0.5:3600:2400', 'RRA:AVERAGE:0.5:86400:365'],
    ],
  ] as const)('makes files as rrdtool makes them: %s', (_, layout, definition) => {
    run('create', path('theirs.rrd'), '--start', String(T0), ...definition, 'RRA:HWPREDICT:1440:0.1:0.0035:20')
    RrdFile.create(path('ours.rrd'), layout, T0)
    const file = RrdFile.open(path('ours.rrd'))
    const all = Array.from({ length: 50 }, (_, i) => ({
      at: T0 + (i + 1) * layout.stepS,
      values: layout.sources.map((_, s) => 1000 * i * (s + 1)),
    }))
    for (const { at, values } of all) file.update(at, values)
    file.flush()
    run('update', path('theirs.rrd'), ...all.map(text))
    // Where the rows of an archive begin is drawn at random (so seasons are over at another step), and where they would be smoothed.
    const dump = (name: string) => run('dump', path(name)).replaceAll(/-nan|<(?:seasonal_smooth_idx|init_flag)>\d+/g, '')
    expect(dump('ours.rrd')).toBe(dump('theirs.rrd'))
    const info = (name: string) =>
      run('info', path(name))
        .split('\n')
        .filter((line) => !/^filename|cur_row/.test(line))
    expect(info('ours.rrd')).toEqual(info('theirs.rrd'))
    file.close()
  })

  it('fetches what rrdtool fetches', () => {
    run(
      'create',
      path('f.rrd'),
      '--start',
      String(T0),
      '--step',
      '10',
      'DS:g:GAUGE:40:U:U',
      'RRA:AVERAGE:0.5:1:20',
      'RRA:AVERAGE:0.5:3:30',
      'RRA:AVERAGE:0.5:12:20',
      'RRA:MAX:0.5:6:10',
    )
    run('update', path('f.rrd'), ...Array.from({ length: 170 }, (_, i) => `${T0 + 9 * (i + 1)}:${(i * 7) % 64}`))
    const file = RrdFile.open(path('f.rrd'), 'r')
    fc.assert(
      fc.property(
        fc.constantFrom('AVERAGE' as const, 'MAX' as const),
        fc.integer({ min: -500, max: 1600 }),
        fc.integer({ min: 0, max: 900 }),
        fc.constantFrom(1, 10, 25, 60, 120, 3600),
        (cf, from, span, resolution) => {
          const theirs = run('fetch', path('f.rrd'), cf, '-s', String(T0 + from), '-e', String(T0 + from + span), '-r', String(resolution))
          const lines = theirs
            .trim()
            .split('\n')
            .slice(2)
            .map((line) => line.trim().split(': '))
          const ours = file.fetch(cf, T0 + from, T0 + from + span, resolution)!
          const shown = Array.from(ours.columns[0]!, (value, i) => [
            String(ours.startS + (i + 1) * ours.stepS),
            Number.isNaN(value) ? 'nan' : value.toExponential(10),
          ])
          expect(shown).toEqual(lines.map(([at, value]) => [at, /nan/.test(value!) ? 'nan' : Number(value).toExponential(10)]))
        },
      ),
      { numRuns: 60 },
    )
    expect(file.fetch('FAILURES', T0, T0 + 10)).toBeUndefined()
    file.close()
  })

  it('refuses a time that is not later, and changes nothing', () => {
    RrdFile.create(path('t.rrd'), BOTH_WAYS, T0)
    const file = RrdFile.open(path('t.rrd'))
    expect(file.update(T0 + 300, [1, 2])).toBe(true)
    const before = file.state.bytes.slice()
    expect(file.update(T0 + 300, [5, 5])).toBe(false)
    expect(file.update(Number.NaN, [5, 5])).toBe(false)
    expect(file.state.bytes).toEqual(before)
    file.close()
  })

  it.each([
    ['is no RRD file', (file: string) => writeFileSync(file, 'hello'), /it is no RRD file/],
    [
      'is of another version',
      (file: string) => writeFileSync(file, Buffer.concat([Buffer.from('RRD\x000005\0'), readFileSync(file).subarray(9)])),
      /version "0005", not 0003/,
    ],
    ['is cut short', (file: string) => truncateSync(file, 3000), /it has 3000 bytes where/],
    ['is cut within its head', (file: string) => truncateSync(file, 500), /it is cut short/],
    ['is empty', (file: string) => truncateSync(file, 0), /it is no RRD file/],
  ] as const)('says why a file cannot be used that %s', (_, damage, why) => {
    RrdFile.create(path('d.rrd'), BOTH_WAYS, T0)
    damage(path('d.rrd'))
    expect(() => RrdFile.open(path('d.rrd'))).toThrow(why)
  })

  it('survives any damage of its head', () => {
    RrdFile.create(path('d.rrd'), BOTH_WAYS, T0)
    const whole = readFileSync(path('d.rrd'))
    fc.assert(
      fc.property(fc.integer({ min: 0, max: BOTH_WAYS.headerBytes - 1 }), fc.integer({ min: 0, max: 255 }), (at, byte) => {
        const damaged = Buffer.from(whole)
        damaged[at] = byte
        writeFileSync(path('d.rrd'), damaged)
        try {
          const file = RrdFile.open(path('d.rrd'))
          file.update(T0 + 1000, [1, 2])
          file.flush()
          file.close()
        } catch (error) {
          expect(error).toHaveProperty('name', 'RrdFault')
        }
      }),
      { numRuns: 150 },
    )
  })
})
