import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readRiskLists, riskListsOf } from './risk-lists.ts'
import { UsageError } from './usage-error.ts'

const folder = mkdtempSync(join(tmpdir(), 'wiretop-risk-lists-'))
afterAll(() => rmSync(folder, { recursive: true }))
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}
function read(...paths: string[]) {
  let err = ''
  const text = readRiskLists(paths, { out: () => undefined, err: (line) => (err += line), columns: 80 })
  return { text, err, lists: riskListsOf(text) }
}

test('several files are one list, and what is not understood is told by its line', () => {
  const { lists, err } = read(file('a.txt', 'bad.example'), file('b.txt', '# mine\nworse.example\n!!!\n'))
  expect([lists.listedDomain('x.bad.example'), lists.listedDomain('worse.example')]).toEqual(['bad.example', 'worse.example'])
  expect(err).toBe(
    `wiretop: ${join(folder, 'b.txt')}:3: neither a fingerprint (JA3, JA4), a SHA-1, a domain name, an address nor a network\n`,
  )
})

test('of many such lines the first are told, and how many more there are', () => {
  const { err } = read(file('c.txt', '!\n'.repeat(9)))
  expect(err.split('\n')).toHaveLength(7)
  expect(err).toContain('and 4 more such lines; the others hold')
})

test('without files what ships holds', () => {
  const { text, lists } = read()
  expect(text).toBeUndefined()
  expect(lists.listedDomain('a.oast.fun')).toBe('oast.fun')
})

test('a file that is not there is a fault of usage', () => {
  expect(() => read(join(folder, 'none.txt'))).toThrow(UsageError)
})
