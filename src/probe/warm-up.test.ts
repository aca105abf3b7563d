import { expect, test } from 'vitest'
import { allDissectors } from '../dissectors/index.gen.ts'
import { createCatalogue } from '../names/catalogue.ts'
import { LiveTables } from '../tables/live-tables.ts'
import { FLOW_LIVE } from '../tables/tcp-analysis.ts'
import { LocalNetworks } from '../wire/address-class.ts'
import { warmUp } from './warm-up.ts'

test('the generated traffic takes the ways of real traffic', async () => {
  const catalogue = createCatalogue()
  const tables = new LiveTables({ catalogue, dissectors: allDissectors, local: LocalNetworks.default(), seed: 1, count: 'wire' })
  await warmUp(tables, 1024)
  tables.finish()
  expect(tables.packets).toBe(1024)
  expect([tables.malformedPackets, tables.retransmissions, tables.outOfOrder, tables.lost]).toEqual([0, 0, 0, 0])
  const names = new Set<string>()
  const servers = new Set<string>()
  const { rows } = tables.flows
  for (let row = 0; row < rows.used; row++) {
    if ((rows.go(row).flags & FLOW_LIVE) === 0) continue
    names.add(catalogue.pairName(rows.master, rows.app))
    servers.add(tables.naming.details.serverName(row))
  }
  expect([...names].sort()).toEqual(['DNS', 'HTTP', 'TLS', 'Unknown'])
  expect([...servers].sort()).toEqual(['', 'www.example.com'])
})
