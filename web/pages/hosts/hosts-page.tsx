import type { HostItem } from '../../../src/lib/fields.ts'
import type { Row } from '../../components/list/columns.ts'
import { ListView } from '../../components/list/list-view.tsx'
import { Cut } from '../../components/value.tsx'
import { t } from '../../lib/messages.ts'
import { places } from '../../lib/nav.tsx'

const nameOf = (row: Row) => {
  const { name, address } = row as unknown as HostItem
  return name === undefined ? <span className="address">{address}</span> : <Cut text={name} />
}
const placeOf = (row: Row) => places.host(String(row['address']), Number(row['vlan']))

export default function HostsPage() {
  return <ListView entity="hosts" title={t('hosts')} nameOf={nameOf} placeOf={placeOf} />
}
