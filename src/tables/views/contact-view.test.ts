import { expect, test } from 'vitest'
import { feed, START_MS, testTables, udpFrame } from '../testing.ts'
import { contactView } from './contact-view.ts'
import { itemOf } from './view.ts'

test('a pair that both ends have noted is one row; of remote hosts it is the row of the local end', () => {
  const tables = testTables({ observe: { contactsOf: 'local', aggregations: 1 } })
  feed(tables, [
    udpFrame({ from: '10.0.0.1', to: '10.0.0.2', srcPort: 1000 }),
    udpFrame({ from: '10.0.0.1', to: '10.0.0.2', srcPort: 1001 }),
    udpFrame({ from: '8.8.8.8', to: '10.0.0.2', srcPort: 1002 }),
    udpFrame({ from: '10.0.0.2', to: '8.8.8.8', srcPort: 1003, vlan: 7 }),
  ])
  tables.settle()
  const view = contactView(tables)
  const rows = Array.from({ length: view.used() }, (_, row) => itemOf(view, row)).map(({ client, server, vlan, contacts, uncertain }) =>
    [client, server, vlan, contacts, uncertain].join(' '),
  )
  expect(rows.sort()).toEqual(['10.0.0.1 10.0.0.2 0 2 0', '10.0.0.2 8.8.8.8 7 1 0', '8.8.8.8 10.0.0.2 0 1 0'])
  expect(itemOf(view, 0)).toMatchObject({ firstSeen: START_MS, lastSeen: START_MS })
})

test('where nothing is observed there are none', () => expect(contactView(testTables()).used()).toBe(0))
