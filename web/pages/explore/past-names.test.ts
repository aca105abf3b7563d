import { expect, it } from 'vitest'
import { flowFields } from '../../../src/lib/fields.ts'
import { parseFilter } from '../../../src/query/filter.ts'
import { OTHER } from './past-fold.ts'
import { narrowed, pickedTerm, valueName } from './past-names.ts'

it('picks a value, what is absent, and what is none of the others', () => {
  expect(pickedTerm('app', 'TLS.Google', [])).toBe('app = TLS.Google')
  expect(pickedTerm('serverName', '', [])).toBe('not serverName exists')
  expect(pickedTerm('app', OTHER, ['DNS', 'A b', OTHER])).toBe('not app in (DNS, "A b")')
  expect(pickedTerm('serverName', OTHER, ['', 'x.org', OTHER])).toBe('not serverName in (x.org) and serverName exists')
  expect(pickedTerm('serverAs', OTHER, ['0', '64500', OTHER])).toBe('not serverAs in (0, 64500)')
  expect(pickedTerm('interface', 'eth0', [])).toBeUndefined()
  expect(pickedTerm('interface', OTHER, ['eth0', OTHER])).toBeUndefined()
})

it('puts terms beside the filter that there is, and what comes of it can be read', () => {
  expect(narrowed('', ['app = DNS'])).toBe('app = DNS')
  expect(narrowed('proto = udp', ['app = DNS', 'app = DNS'])).toBe('proto = udp and app = DNS')
  expect(narrowed('app = A or app = B', ['client = 10.0.0.1'])).toBe('(app = A or app = B) and client = 10.0.0.1')
  expect(narrowed('x', ['app = DNS', undefined])).toBeUndefined()
  const text = narrowed('app = A || app = B', [pickedTerm('serverName', OTHER, ['', 'a"b', 'x, y']), pickedTerm('client', '::1', [])])!
  expect(parseFilter(text, flowFields)).toMatchObject({ ok: true })
})

it('names values as people say them', () => {
  expect([valueName('clientAs', '64500'), valueName('serverAs', '0'), valueName('vlan', '0'), valueName('app', '')]).toEqual([
    'AS64500',
    'none',
    'untagged',
    'none',
  ])
})
