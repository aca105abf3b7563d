import { AGGREGATION_FAMILIES } from '../../lib/aggregations.ts'
import { formatAddress } from '../../wire/address.ts'
import type { LiveTables } from '../live-tables.ts'
import type { View } from './view.ts'

/** Names that were asked for over the last day. */
export function aggregationView(t: LiveTables): View<'aggregations'> {
  const names = t.observation?.names?.table
  const of = (row: number) => AGGREGATION_FAMILIES[names!.family(row)]!
  const queries = (row: number) => names!.queries(row)
  return {
    entity: 'aggregations',
    used: () => names?.used ?? 0,
    isLive: (row) => names!.isShown(row),
    bytes: queries,
    words: {},
    keys: { kind: (row) => AGGREGATION_FAMILIES.findIndex(({ kind }) => kind === of(row).kind) },
    read: {
      kind: (row) => of(row).kind,
      protocol: (row) => of(row).protocol,
      name: (row) => names!.name(row),
      queries,
      answered: (row) => names!.isAnswered(row),
      hosts: (row) => names!.hostCount(row),
      askedBy: (row) => names!.hosts.top(names!.list(row)).map(({ words }) => formatAddress(...words)),
      firstSeen: (row) => names!.firstMs(row),
      lastSeen: (row) => names!.lastMs(row),
    },
  }
}
