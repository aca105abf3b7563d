import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createCatalogue } from '../names/catalogue.ts'
import { dispatch } from './dispatch.ts'

const folder = mkdtempSync(join(tmpdir(), 'wiretop-protocols-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function protocols(args: readonly string[], columns?: number) {
  let out = ''
  let err = ''
  const status = await dispatch({
    argv: ['protocols', ...args],
    terminal: { out: (text) => (out += text), err: (text) => (err += text), columns },
    signal: new AbortController().signal,
    run: async () => 99,
  })
  return { status, lines: out.trimEnd().split('\n'), err }
}
const firstWords = (lines: readonly string[]) => lines.slice(1).map((line) => line.split(' ')[0])

test('all of them in a table that fits the terminal', async () => {
  const { status, lines } = await protocols([], 80)
  expect(status).toBe(0)
  expect(lines[0]).toMatch(/^NAME +CATEGORY +PORTS +RECOGNISED BY$/)
  expect(lines.length).toBe(createCatalogue().applications.length)
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80)
})

test('words look in all that is shown, a number is a port, and all must fit', async () => {
  expect(firstWords((await protocols(['WHATSAPP'])).lines)).toEqual(expect.arrayContaining(['WhatsApp', 'WhatsAppCall']))
  expect(firstWords((await protocols(['53'])).lines)).toEqual(['DNS'])
  expect(firstWords((await protocols(['email', '993'])).lines)).toEqual(['IMAPS'])
})

test('JSON lines have all that is known', async () => {
  const { lines } = await protocols(['--json', 'llmnr'])
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ name: 'LLMNR', category: 'Network', udpPorts: [5355] }])
})

test('rules add theirs', async () => {
  const rules = join(folder, 'rules.txt')
  writeFileSync(rules, 'tcp:1@Quite my own\nbad')
  const { lines, err } = await protocols(['-p', rules, 'quite'])
  expect(lines[1]).toMatch(/^Quite my own +Unspecified +custom rules \(1\)$/)
  expect(err).toContain(`${rules}:2:4`)
})

test('nothing found is said', async () => {
  const { status, lines, err } = await protocols(['no such thing'])
  expect([status, lines]).toEqual([1, ['']])
  expect(err).toMatch(/nothing has no such thing in its name/)
})
