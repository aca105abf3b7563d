import '../../styles/detail.css'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { HostDetail } from '../../../src/lib/live.ts'
import { Icon } from '../../components/icons.tsx'
import { Empty, Failed, Left, Skeleton } from '../../components/panel.tsx'
import { RecordButton } from '../../components/record/record-button.tsx'
import { TabPanel, Tabs } from '../../components/tabs.tsx'
import { Value } from '../../components/value.tsx'
import { ApiError, url } from '../../lib/api.ts'
import { useCurrent, useCurrentId, useNow } from '../../lib/current.ts'
import { formatBits, formatBytes } from '../../lib/format.ts'
import { t } from '../../lib/messages.ts'
import { Go, places, useChangeView, useView } from '../../lib/nav.tsx'
import { NamesAsked } from '../aggregations/names-asked.tsx'
import { FlowList } from '../flows/flow-list.tsx'
import { hostQuery } from './host.queries.ts'
import { HostContacts } from './host-contacts.tsx'
import { HostHistory } from './host-history.tsx'
import { HostName } from './host-name.tsx'
import { HostOverview } from './host-overview.tsx'
import { HostApplications, HostCounters, HostPackets, HostPeers, HostPorts, HostTraffic } from './host-tabs.tsx'

interface Tab {
  readonly name: string
  readonly label: ReactNode
  readonly show: (host: HostDetail, nowMs: number | undefined) => ReactNode
}
const flowsOf = ({ address, vlan }: HostDetail) => `host = ${address}${vlan > 0 ? ` and vlan = ${vlan}` : ''}`

/** In one order on every host; a protocol's counters have a tab when there are any. */
function tabsOf(host: HostDetail): readonly Tab[] {
  const counted = [...new Set(host.counters.map(({ protocol }) => protocol))]
  return [
    { name: 'overview', label: t('tab.overview'), show: (h, now) => <HostOverview host={h} nowMs={now} /> },
    { name: 'traffic', label: t('tab.traffic'), show: (h, now) => <HostTraffic host={h} nowMs={now} /> },
    { name: 'packets', label: t('tab.packets'), show: (h) => <HostPackets host={h} /> },
    { name: 'ports', label: t('tab.ports'), show: (h) => <HostPorts host={h} /> },
    { name: 'peers', label: t('tab.peers'), show: (h) => <HostPeers host={h} /> },
    { name: 'applications', label: t('tab.applications'), show: (h) => <HostApplications host={h} /> },
    { name: 'history', label: t('tab.history'), show: (h) => <HostHistory host={h} /> },
    { name: 'flows', label: t('tab.flows'), show: (h) => <FlowList title={t('tab.flows')} base={flowsOf(h)} heading={false} /> },
    ...(host.local ? [{ name: 'contacts', label: t('tab.contacts'), show: (h: HostDetail) => <HostContacts host={h} /> }] : []),
    {
      name: 'names',
      label: t('tab.names'),
      show: (h) => <NamesAsked base={`askedBy = ${h.address}`} title={t('tab.names')} heading={false} />,
    },
    ...counted.map(
      (protocol): Tab => ({ name: protocol.toLowerCase(), label: protocol, show: (h) => <HostCounters host={h} protocol={protocol} /> }),
    ),
  ]
}

export default function HostPage() {
  const id = useCurrentId()
  const { address = '' } = useParams({ strict: false }) as { address?: string }
  const { vlan } = useView()
  return id === undefined ? null : <Host key={`${id} ${address} ${vlan}`} id={id} address={address} vlan={vlan} />
}

function Host({ id, address, vlan }: { readonly id: number; readonly address: string; readonly vlan: string | undefined }) {
  const asked = useQuery(hostQuery(id, address, vlan))
  const nowMs = useNow()
  const { tab: wanted } = useView()
  const change = useChangeView()
  const host = asked.data
  if (!host) {
    if (asked.error instanceof ApiError && asked.error.status === 404) return <Missing address={address} />
    return asked.error ? <Failed error={asked.error} retry={() => void asked.refetch()} /> : <Skeleton rows={12} />
  }
  const tabs = tabsOf(host)
  const tab = tabs.find(({ name }) => name === wanted) ?? tabs[0]!
  const turn = (name: string) =>
    change({
      tab: name === 'overview' ? '' : name,
      filter: '',
      sort: '',
      order: '',
      columns: '',
      row: '',
      range: '',
      from: '',
      to: '',
      of: '',
    })
  return (
    <div className="detail">
      <Head id={id} host={host} />
      <Left error={asked.error} text={t('host.left')} />
      <Tabs label={t('tabs')} tabs={tabs} value={tab.name} onChange={turn} />
      <TabPanel name={tab.name}>{tab.show(host, nowMs)}</TabPanel>
    </div>
  )
}

function Missing({ address }: { readonly address: string }) {
  return (
    <Empty title={t('host.missing')}>
      <p>{t('host.missingAbout')}</p>
      <Go place={places.flows(`host = ${address}`)}>{t('filterBy.flows')}</Go>
    </Empty>
  )
}

const isMulticast = (address: string) => /^(?:22[4-9]|23\d)\./.test(address) || /^ff/i.test(address)

function Head({ id, host }: { readonly id: number; readonly host: HostDetail }) {
  const { address, vlan, local, vendor } = host
  const ended = useCurrent()?.info.state === 'ended'
  return (
    <header className="detail-head">
      <div className="detail-name">
        <HostName host={host} />
        <div className="detail-labels">
          <Value field="host" kind="address" value={address} vlan={vlan}>
            <span className="address">{address}</span>
          </Value>
          <span className={`label ${local ? 'label-local' : ''}`}>{t(local ? 'label.local' : 'label.remote')}</span>
          {isMulticast(address) && <span className="label">{t('label.multicast')}</span>}
          {vlan > 0 && (
            <Value field="vlan" kind="count" value={vlan} className="label">
              VLAN {vlan}
            </Value>
          )}
          {vendor !== undefined && <span className="label">{vendor}</span>}
        </div>
      </div>
      <div className="detail-rate">
        <span>
          <span className="dot dot-sent" /> {t('sent')}{' '}
          <strong className="num">{ended ? formatBytes(host.bytesSent) : formatBits(host.bpsSent)}</strong>
        </span>
        <span>
          <span className="dot dot-rcvd" /> {t('received')}{' '}
          <strong className="num">{ended ? formatBytes(host.bytesRcvd) : formatBits(host.bpsRcvd)}</strong>
        </span>
        <RecordButton what={t('record.host', { address })} ask={{ interface: id, host: address, ...(vlan > 0 && { vlan }) }} />
        <a
          className="icon-button"
          href={url('export', { interface: id, host: address, vlan })}
          download={`${address}.json`}
          title={t('host.export')}
          aria-label={t('host.export')}
        >
          <Icon name="download" />
        </a>
      </div>
    </header>
  )
}
