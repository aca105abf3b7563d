import { describe, expect, test } from 'vitest'
import { flowFields } from '../lib/fields.ts'
import { parseFilter } from '../query/filter.ts'
import { byEnd } from './by-end.ts'

function apart(text: string) {
  const parsed = parseFilter(text, flowFields, { now: 0 })
  if (!parsed.ok) throw new Error(parsed.error.message)
  const found = byEnd(parsed.filter, flowFields)
  return found && [found.ends.join(), found.addresses.join(), found.rest.type === 'and' ? found.rest.terms.length : -1]
}

describe('a filter', () => {
  test.each([
    ['host = 10.0.0.1', ['client,server', '10.0.0.1', 0]],
    ['app = DNS and host = 2001:DB8::1', ['client,server', '2001:db8::1', 1]],
    ['server in (8.8.8.8, 1.1.1.1) and bytes > 1k and vlan = 2', ['server', '8.8.8.8,1.1.1.1', 2]],
    ['host = 10.0.0.0/24 and client = 10.0.0.1', ['client', '10.0.0.1', 1]],
  ])('that wants an address at an end is taken apart: %s', (text, expected) => expect(apart(text)).toEqual(expected))

  test.each([
    '',
    'app = DNS',
    '10.0.0.1',
    'host = 10.0.0.0/24',
    'host != 10.0.0.1',
    'not host = 10.0.0.1',
    'host = 10.0.0.1 or app = DNS',
    'host = ::',
    'nextHop = 10.0.0.1',
  ])('that does not stays whole: %s', (text) => expect(apart(text)).toBeUndefined())
})
