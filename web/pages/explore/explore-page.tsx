import { useParams } from '@tanstack/react-router'
import { Choice } from '../../components/choice.tsx'
import type { Row } from '../../components/list/columns.ts'
import { ListView } from '../../components/list/list-view.tsx'
import { Empty } from '../../components/panel.tsx'
import { Cut, quoted } from '../../components/value.tsx'
import { t } from '../../lib/messages.ts'
import { type Place, places, useOpen } from '../../lib/nav.tsx'

const TABLES = ['ports', 'l4', 'talkers', 'contacts', 'macs', 'systems', 'countries', 'vlans', 'nonip'] as const
type Table = (typeof TABLES)[number]

/** What a row's name is, and the page that shows what is behind it. */
const ROWS: Readonly<Record<Table, { readonly name: (row: Row) => string; readonly place?: (row: Row) => Place }>> = {
  ports: {
    name: (row) => `${row['proto']} ${row['port']}`,
    place: (row) => places.flows(`serverPort = ${row['port']} and proto = ${quoted(String(row['proto']))}`),
  },
  l4: { name: (row) => String(row['proto']), place: (row) => places.flows(`proto = ${quoted(String(row['proto']))}`) },
  talkers: {
    name: (row) => `${row['clientLabel'] ?? row['client']} → ${row['serverLabel'] ?? row['server']}`,
    place: (row) => places.flows(`client = ${row['client']} and server = ${row['server']}`),
  },
  contacts: {
    name: (row) => `${row['clientLabel'] ?? row['client']} → ${row['serverLabel'] ?? row['server']}`,
    place: (row) => places.flows(`client = ${row['client']} and server = ${row['server']}`),
  },
  macs: { name: (row) => String(row['mac']), place: (row) => places.hosts(`mac = ${row['mac']}`) },
  systems: {
    name: (row) => (row['as'] === 0 ? t('past.absent') : `AS${row['as']} ${row['asName'] ?? ''}`),
    place: (row) => places.hosts(row['as'] === 0 ? 'not as exists' : `as = ${row['as']}`),
  },
  countries: {
    name: (row) => String(row['country']),
    place: (row) => places.hosts(String(row['country']).length === 2 ? `country = ${row['country']}` : 'not country exists'),
  },
  vlans: { name: (row) => `VLAN ${row['vlan']}`, place: (row) => places.flows(`vlan = ${row['vlan']}`) },
  nonip: { name: (row) => `${row['ethertype']} ${row['source']}` },
}

/** Flows of the past, or one of the live tables. */
export function TableChoice({ value }: { readonly value: Table | 'past' }) {
  const open = useOpen()
  return (
    <Choice
      label={t('explore')}
      options={(['past', ...TABLES] as const).map((one) => ({ value: one, label: t(`explore.${one}`) }))}
      value={value}
      onChange={(next) => open(next === 'past' ? { to: '/explore' } : places.explore(next))}
    />
  )
}

export default function ExplorePage() {
  const { table = 'ports' } = useParams({ strict: false }) as { table?: string }
  const known = TABLES.find((name) => name === table)
  if (!known) return <Empty title={t('notFound')} />
  const { name, place } = ROWS[known]
  return (
    <ListView
      entity={known}
      title={t('explore')}
      aside={<TableChoice value={known} />}
      nameOf={(row) => <Cut text={name(row)} />}
      {...(place && { placeOf: place })}
    />
  )
}
