import { closeSync, mkdtempSync, openSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { type Batch, Spill } from './spill.ts'

const folders: string[] = []
const newFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), 'wiretop-spill-'))
  folders.push(folder)
  return folder
}
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})
const batch = (n: number, bytes = 1000): Batch => ({
  token: `token-${n}`,
  rows: n + 1,
  madeMs: 1000 + n,
  body: new Uint8Array(bytes).fill(n),
})
const drain = (spill: Spill): string[] => {
  const tokens: string[] = []
  for (let one = spill.peek(); one !== undefined; one = spill.peek()) {
    tokens.push(one.token)
    spill.shift()
  }
  return tokens
}
const tokens = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `token-${from + i}`)

it('hands out what was laid aside in order, and leaves nothing', () => {
  const folder = newFolder()
  const spill = new Spill(folder, 1e6)
  for (let n = 0; n < 300; n++) expect(spill.append(batch(n))).toBe(true)
  expect([spill.rows, spill.sinceMs]).toEqual([(300 * 301) / 2, 1000])
  expect(spill.peek()).toEqual({ ...batch(0), body: expect.anything() })
  expect(Buffer.from(spill.peek()!.body).equals(batch(0).body)).toBe(true)
  expect(drain(spill)).toEqual(tokens(0, 300))
  expect([spill.rows, spill.bytes, spill.isEmpty, readdirSync(folder).length]).toEqual([0, 0, true, 0])
})

it('goes on where it was after a restart', () => {
  const folder = newFolder()
  const before = new Spill(folder, 1e6)
  for (let n = 0; n < 200; n++) before.append(batch(n))
  for (let n = 0; n < 150; n++) {
    before.peek()
    before.shift()
  }
  before.close()
  const spill = new Spill(folder, 1e6)
  spill.append(batch(200))
  expect(drain(spill)).toEqual(tokens(150, 201))
  expect(spill.lost).toBe(0)
})

it('sends a batch again that was being sent', () => {
  const folder = newFolder()
  const before = new Spill(folder, 1e6)
  before.append(batch(0))
  before.peek()
  before.close()
  expect(drain(new Spill(folder, 1e6))).toEqual(['token-0'])
})

it('lets the oldest make room, and counts them', () => {
  const folder = newFolder()
  const spill = new Spill(folder, 80_000)
  for (let n = 0; n < 300; n++) expect(spill.append(batch(n))).toBe(true)
  const size = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
  expect(size).toBeLessThanOrEqual(80_000)
  const left = drain(spill)
  const first = 300 - left.length
  expect(first).toBeGreaterThan(200)
  expect(left).toEqual(tokens(first, 300))
  expect(spill.lost).toBe((first * (first + 1)) / 2)
})

it('does not take away what came after a batch that had to make room while it was sent', () => {
  const spill = new Spill(newFolder(), 16_000)
  spill.append(batch(0))
  spill.peek()
  for (let n = 1; n < 40; n++) spill.append(batch(n))
  const { rows } = spill
  spill.shift()
  expect(spill.rows).toBe(rows)
})

it('refuses what is larger than all of it', () => {
  const spill = new Spill(newFolder(), 10_000)
  expect(spill.append(batch(0, 20_000))).toBe(false)
  expect(spill.fault).toMatch(/larger than the queue/)
})

it.each([
  ['the end of a frame is missing', (path: string) => truncateSync(path, statSync(path).size - 10), tokens(0, 9), 0],
  ['nothing but noughts', (path: string) => writeFileSync(path, Buffer.alloc(50)), [], 0],
  ['empty', (path: string) => writeFileSync(path, ''), [], 0],
])('a file that was cut: %s', (_, damage, expected, lost) => {
  const folder = newFolder()
  const before = new Spill(folder, 1e6)
  for (let n = 0; n < 10; n++) before.append(batch(n))
  before.close()
  damage(join(folder, readdirSync(folder)[0]!))
  const spill = new Spill(folder, 1e6)
  expect(drain(spill)).toEqual(expected)
  expect(spill.lost).toBe(lost)
  spill.append(batch(10))
  expect(drain(spill)).toEqual(['token-10'])
})

it.each([
  ['in its body: it alone', 500, [...tokens(0, 4), ...tokens(5, 10)], 5],
  ['in its head: it and all behind it', 0, tokens(0, 4), 5 + 6 + 7 + 8 + 9 + 10],
])('counts a damaged frame as lost, %s', (_, within, expected, lost) => {
  const folder = newFolder()
  const spill = new Spill(folder, 1e6)
  for (let n = 0; n < 10; n++) spill.append(batch(n))
  const path = join(folder, readdirSync(folder)[0]!)
  const fd = openSync(path, 'r+')
  writeSync(fd, Buffer.alloc(1, 255), 0, 1, 8 + 4 * ((statSync(path).size - 8) / 10) + within)
  closeSync(fd)
  expect(drain(spill)).toEqual(expected)
  expect([spill.lost, spill.rows, spill.isEmpty]).toEqual([lost, 0, true])
  expect(spill.fault).toMatch(`is damaged, and ${lost} records in it are lost`)
})
