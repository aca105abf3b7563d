import type { ItemOf } from '../../../src/lib/fields.ts'
import type { HostDetail, PortShare } from '../../../src/lib/live.ts'
import { Bar } from '../../charts/ranked.tsx'
import { SizeHistogram } from '../../charts/size-histogram.tsx'
import { Empty, Panel } from '../../components/panel.tsx'
import { ShareTable, volumeColumns } from '../../components/share-table.tsx'
import { Table } from '../../components/table.tsx'
import { When } from '../../components/time.tsx'
import { Cut, quoted, Value } from '../../components/value.tsx'
import { colourOf } from '../../lib/colours.ts'
import { formatBytes, formatCount, formatExact } from '../../lib/format.ts'
import { t } from '../../lib/messages.ts'
import { Go, places } from '../../lib/nav.tsx'
import { showable } from '../../lib/text.ts'

interface Of {
  readonly host: HostDetail
}
interface At extends Of {
  readonly nowMs: number | undefined
}

export function HostTraffic({ host, nowMs }: At) {
  return (
    <div className="stack-panels">
      <Panel title={t('l4.table')}>
        <ShareTable label={t('l4.table')} head={t('protocol')} rows={host.l4} name={l4Name} />
      </Panel>
      {host.nonIp.length > 0 && (
        <Panel title={t('nonip.table')}>
          <NonIp rows={host.nonIp} nowMs={nowMs} />
        </Panel>
      )}
    </div>
  )
}

/** Flows spell protocols in small letters; the rest has no filter. */
const L4_FILTERED = new Set(['tcp', 'udp', 'icmp'])
const l4Name = ({ name }: { readonly name: string }) =>
  L4_FILTERED.has(name.toLowerCase()) ? (
    <Value field="proto" kind="text" value={name.toLowerCase()}>
      {name}
    </Value>
  ) : (
    name
  )

function NonIp({ rows, nowMs }: { readonly rows: readonly ItemOf<'nonip'>[]; readonly nowMs: number | undefined }) {
  const mac = (field: 'source' | 'destination') => (row: ItemOf<'nonip'>) => (
    <Value field="mac" kind="mac" value={row[field]}>
      <span className="address">{row[field]}</span>
    </Value>
  )
  return (
    <Table
      label={t('nonip.table')}
      rows={rows}
      keyOf={({ source, destination, ethertype }) => `${source} ${destination} ${ethertype}`}
      columns={[
        { name: 'ethertype', head: t('ethertype'), cell: ({ ethertype }) => ethertype },
        { name: 'source', head: t('source'), cell: mac('source') },
        { name: 'destination', head: t('destination'), cell: mac('destination') },
        {
          name: 'bytes',
          head: t('bytes'),
          numeric: true,
          cell: ({ bytes }) => <span title={formatExact(bytes)}>{formatBytes(bytes)}</span>,
        },
        { name: 'packets', head: t('packets'), numeric: true, cell: ({ packets }) => formatCount(packets) },
        { name: 'last', head: t('timeline.last'), numeric: true, cell: ({ lastSeen }) => <When ms={lastSeen} nowMs={nowMs} /> },
      ]}
    />
  )
}

export function HostPackets({ host }: Of) {
  return (
    <div className="two-panels">
      <Panel title={t('sizes.sent')}>
        <SizeHistogram label={t('sizes.sent')} counts={host.sizesSent} colour="var(--sent)" />
      </Panel>
      <Panel title={t('sizes.received')}>
        <SizeHistogram label={t('sizes.received')} counts={host.sizesRcvd} colour="var(--rcvd)" />
      </Panel>
    </div>
  )
}

export function HostPorts({ host }: Of) {
  return (
    <div className="two-panels">
      <Ports title={t('ports.server')} rows={host.serverPorts} filter={(port) => `server = ${host.address} and serverPort = ${port}`} />
      <Ports title={t('ports.client')} rows={host.clientPorts} filter={(port) => `client = ${host.address} and serverPort = ${port}`} />
    </div>
  )
}

function Ports({
  title,
  rows,
  filter,
}: {
  readonly title: string
  readonly rows: readonly PortShare[]
  readonly filter: (port: number) => string
}) {
  const most = Math.max(0, ...rows.map(({ bytes }) => bytes))
  return (
    <Panel title={title}>
      {rows.length === 0 ? (
        <Empty title={t('ports.none')} />
      ) : (
        <Table
          label={title}
          rows={rows}
          keyOf={({ port, proto }) => `${proto} ${port}`}
          columns={[
            {
              name: 'port',
              head: t('port'),
              numeric: true,
              cell: ({ port }) => (
                <Value field="port" kind="port" value={port}>
                  {port}
                </Value>
              ),
            },
            { name: 'proto', head: t('protocol'), cell: ({ proto }) => proto },
            { name: 'service', head: t('service'), cell: ({ service }) => service ?? '' },
            {
              name: 'bar',
              head: '',
              wide: true,
              cell: ({ bytes }) => <Bar parts={[{ value: bytes, colour: 'var(--accent)' }]} of={most} />,
            },
            {
              name: 'bytes',
              head: t('bytes'),
              numeric: true,
              cell: ({ bytes }) => <span title={formatExact(bytes)}>{formatBytes(bytes)}</span>,
            },
            {
              name: 'flows',
              head: t('flows'),
              numeric: true,
              cell: ({ port, flows }) => <Go place={places.flows(filter(port))}>{formatCount(flows)}</Go>,
            },
          ]}
        />
      )}
    </Panel>
  )
}

const SHOWN_APPS = 4

export function HostPeers({ host }: Of) {
  if (host.topPeers.length === 0) return <Empty title={t('peers.none')} />
  return (
    <Panel title={t('peers.table')}>
      <Table
        label={t('peers.table')}
        rows={host.topPeers}
        keyOf={({ address, vlan }) => `${address}@${vlan}`}
        columns={[
          {
            name: 'peer',
            head: t('peer'),
            cell: ({ address, vlan, name }) => (
              <Value field="host" kind="address" value={address} vlan={vlan} title={address}>
                {name === undefined ? <span className="address">{address}</span> : <Cut text={name} title={`${name} · ${address}`} />}
              </Value>
            ),
          },
          {
            name: 'apps',
            head: t('tab.applications'),
            cell: ({ address, apps }) => (
              <span className="peer-apps">
                {apps.slice(0, SHOWN_APPS).map(({ app, bytes }) => (
                  <Go
                    key={app}
                    className="facet-value"
                    place={places.flows(`host = ${host.address} and host = ${address} and app = ${quoted(app)}`)}
                    title={`${showable(app)} · ${formatBytes(bytes)}`}
                  >
                    <span className="dot" style={{ background: colourOf(app) }} />
                    {showable(app)}
                  </Go>
                ))}
                {apps.length > SHOWN_APPS && <span className="faint">+{apps.length - SHOWN_APPS}</span>}
              </span>
            ),
          },
          ...volumeColumns(host.topPeers),
          {
            name: 'flows',
            head: t('flows'),
            numeric: true,
            cell: ({ address, flows }) => (
              <Go place={places.flows(`host = ${host.address} and host = ${address}`)}>{formatCount(flows)}</Go>
            ),
          },
        ]}
      />
    </Panel>
  )
}

export function HostApplications({ host }: Of) {
  if (host.apps.length === 0) return <Empty title={t('noApps')} />
  return (
    <Panel title={t('tab.applications')}>
      <ShareTable
        label={t('tab.applications')}
        head={t('application')}
        rows={host.apps}
        name={({ name }) => (
          <span className="with-dot">
            <span className="dot" style={{ background: colourOf(name) }} />
            <Value field="app" kind="app" value={name} />
          </span>
        )}
        more={[{ name: 'category', head: t('category'), cell: ({ category }) => <Value field="category" kind="text" value={category} /> }]}
      />
    </Panel>
  )
}

export function HostCounters({ host, protocol }: Of & { readonly protocol: string }) {
  const title = t('counters', { protocol })
  return (
    <Panel title={title}>
      <Table
        label={title}
        rows={host.counters.filter((counter) => counter.protocol === protocol)}
        keyOf={({ counter }) => counter}
        columns={[
          { name: 'counter', head: t('counter'), cell: ({ label }) => label },
          {
            name: 'sent',
            head: (
              <>
                <span className="dot dot-sent" /> {t('sent')}
              </>
            ),
            numeric: true,
            cell: ({ sent }) => formatExact(sent),
          },
          {
            name: 'rcvd',
            head: (
              <>
                <span className="dot dot-rcvd" /> {t('received')}
              </>
            ),
            numeric: true,
            cell: ({ rcvd }) => formatExact(rcvd),
          },
        ]}
      />
    </Panel>
  )
}
