import { expect, test } from 'vitest'
import { DEFAULT_SORT, type Entity, entities } from '../../../src/lib/fields.ts'
import { columnsFrom, columnsOf, columnsToUrl, DEFAULT_COLUMNS, FACETS, moved, rowKey, usualColumns, widthOf } from './columns.ts'

test.each(Object.keys(entities) as Entity[])('%s: usual columns, facets and sort are of its glossary', (entity) => {
  const known = columnsOf(entity)
  for (const name of [...DEFAULT_COLUMNS[entity], DEFAULT_SORT[entity]]) expect(known).toContain(name)
  // A facet may be a word that stands for several fields.
  for (const name of FACETS[entity]) expect(Object.keys(entities[entity])).toContain(name)
  for (const name of known) expect(widthOf(entity, name)).toBeGreaterThan(0)
})

test('columns and the URL', () => {
  expect(columnsFrom('bytes,nonsense,bytes,app,host', 'flows')).toEqual(['bytes', 'app'])
  expect(columnsFrom('nonsense', 'vlans')).toBe(DEFAULT_COLUMNS.vlans)
  expect(columnsFrom(undefined, 'vlans')).toBe(DEFAULT_COLUMNS.vlans)
  expect(columnsToUrl(DEFAULT_COLUMNS.vlans, 'vlans')).toBe('')
  expect(columnsToUrl(['bytes', 'vlan'], 'vlans')).toBe('bytes,vlan')
})

test('of all interfaces flows say which have seen them', () => {
  const usual = usualColumns('flows', true)
  expect(usual).toContain('interfaces')
  expect(columnsFrom(undefined, 'flows', usual)).toBe(usual)
  expect([columnsToUrl(usual, 'flows', usual), columnsToUrl(DEFAULT_COLUMNS.flows, 'flows')]).toEqual(['', ''])
  expect([usualColumns('flows', false), usualColumns('hosts', true)]).toEqual([DEFAULT_COLUMNS.flows, DEFAULT_COLUMNS.hosts])
})

test('moving a column', () => {
  expect(moved(['a', 'b', 'c'], 'a', 1)).toEqual(['b', 'a', 'c'])
  expect(moved(['a', 'b', 'c'], 'c', 5)).toEqual(['a', 'b', 'c'])
  expect(moved(['a', 'b', 'c'], 'c', -9)).toEqual(['c', 'a', 'b'])
  expect(moved(['a'], 'x', 1)).toEqual(['a'])
})

test('a host is known by address and VLAN', () => {
  expect(rowKey('hosts', { address: '10.0.0.1', vlan: 7 })).toBe('10.0.0.1@7')
})
