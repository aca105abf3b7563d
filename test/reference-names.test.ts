/** The names of the reference list, which lies beside the checkout where it is there at all. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createCatalogue } from '../src/names/catalogue.ts'
import { root } from './product.ts'

const path = process.env['WIRETOP_PROTOCOLS'] ?? join(root, '../shared/corpus/dpi/protocols.json')
const here = existsSync(path)
if (!here) console.info('skipped: ../shared/corpus is absent')

interface Reference {
  readonly protocols: readonly { readonly name: string; readonly category: string }[]
  readonly categories: readonly (string | { readonly name: string })[]
}

describe.skipIf(!here)('the reference list', () => {
  const { protocols, categories } = here ? (JSON.parse(readFileSync(path, 'utf8')) as Reference) : { protocols: [], categories: [] }
  const catalogue = createCatalogue()

  test('every name is in the catalogue, with its category', () => {
    expect(protocols.length).toBeGreaterThan(400)
    const wrong = protocols.flatMap(({ name, category }) => {
      const ours = catalogue.get(name)?.category
      return ours === category ? [] : [`${name}: ${ours ?? 'absent'}, not ${category}`]
    })
    expect(wrong).toEqual([])
  })

  test('and every category', () => {
    const names = categories.map((one) => (typeof one === 'string' ? one : one.name))
    expect(names.filter((name) => !catalogue.categories.includes(name))).toEqual([])
  })
})
