import { expect, it } from 'vitest'
import { parseClickHouseAddress } from './clickhouse-address.ts'

it.each([
  ['clickhouse://ch/flows', { origin: 'http://ch:8123', user: 'default', database: 'flows', hasKeeper: true }],
  ['clickhouse://bob@ch:80/flows', { origin: 'http://ch:80', user: 'bob', database: 'flows', hasKeeper: true }],
  [
    'clickhouses://b%40x@[::1]/f_1?cluster=c1',
    { origin: 'https://[::1]:8443', user: 'b@x', database: 'f_1', cluster: 'c1', hasKeeper: true },
  ],
  [
    'clickhouse://ch/flows?cluster=two&keeper=no',
    { origin: 'http://ch:8123', user: 'default', database: 'flows', cluster: 'two', hasKeeper: false },
  ],
])('%s', (text, expected) => expect(parseClickHouseAddress(text)).toEqual(expected))

it.each([
  ['clickhouse://u:secret@ch/flows', /^a password has no place/],
  ['clickhouse://ch', /which database/],
  ['clickhouse://ch/a`b', /which database/],
  ["clickhouse://ch/flows?cluster=a'b", /no name of a cluster/],
  ['clickhouse://ch/flows?shard=1', /^shard is not known/],
  ['clickhouse://ch/flows?keeper=maybe', /yes or no/],
  ['clickhouse:flows', /is named as/],
])('refuses %s', (text, why) => {
  expect(() => parseClickHouseAddress(text)).toThrow(why)
  expect(() => parseClickHouseAddress(text)).not.toThrow(/secret/)
})
