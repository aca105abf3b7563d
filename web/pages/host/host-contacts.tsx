/** Whom a host has contacted over the last day, and who has contacted it. */
import type { HostDetail } from '../../../src/lib/live.ts'
import { Choice } from '../../components/choice.tsx'
import type { Row } from '../../components/list/columns.ts'
import { ListView } from '../../components/list/list-view.tsx'
import { Cut } from '../../components/value.tsx'
import { t } from '../../lib/messages.ts'
import { places, useChangeView, useView } from '../../lib/nav.tsx'

const ROLES = ['both', 'client', 'server'] as const

export function HostContacts({ host: { address, vlan } }: { readonly host: HostDetail }) {
  const { of } = useView()
  const change = useChangeView()
  const role = ROLES.find((one) => one === of) ?? 'both'
  const inVlan = `vlan = ${vlan}`
  const ofHost = role === 'both' ? `(client = ${address} or server = ${address})` : `${role} = ${address}`
  const other = (row: Row) => (row['client'] === address ? 'server' : 'client')
  return (
    <ListView
      entity="contacts"
      title={t('tab.contacts')}
      heading={false}
      base={`${ofHost} and ${inVlan}`}
      nameOf={(row) => <Cut text={String(row[`${other(row)}Label`] ?? row[other(row)])} />}
      placeOf={(row) => places.host(String(row[other(row)]), vlan)}
      aside={
        <Choice
          label={t('contacts.of')}
          options={ROLES.map((value) => ({ value, label: t(`contacts.${value}`) }))}
          value={role}
          onChange={(next) => change({ of: next === 'both' ? '' : next })}
        />
      }
    />
  )
}
