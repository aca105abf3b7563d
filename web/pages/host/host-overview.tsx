import type { HostItem } from '../../../src/lib/fields.ts'
import type { HostDetail, PeerShare, ProgramShare } from '../../../src/lib/live.ts'
import { type Ranked, RankedList } from '../../charts/ranked.tsx'
import { Events } from '../../components/events.tsx'
import type { Row } from '../../components/list/columns.ts'
import { Facts } from '../../components/list/side-panel.tsx'
import { Empty, Panel } from '../../components/panel.tsx'
import { RiskShares, Score } from '../../components/risks.tsx'
import { bytesOf } from '../../components/share-table.tsx'
import { Cut, quoted, Value } from '../../components/value.tsx'
import { colourOf } from '../../lib/colours.ts'
import { useCurrentId } from '../../lib/current.ts'
import { formatBytes } from '../../lib/format.ts'
import { t } from '../../lib/messages.ts'
import { places } from '../../lib/nav.tsx'
import { showable } from '../../lib/text.ts'
import { flowsOfProgram } from '../programs/flows-of-program.ts'
import { HostActivity } from './host-activity.tsx'
import { HostChart } from './host-chart.tsx'

interface Of {
  readonly host: HostDetail
}
interface At extends Of {
  readonly nowMs: number | undefined
}

const IDENTITY = [
  'address',
  'mac',
  'vendor',
  'system',
  'tcpFingerprint',
  'vlan',
  'local',
  'firstSeen',
  'lastSeen',
] as const satisfies readonly (keyof HostItem)[]
const ACTIVITY = [
  'bytesSent',
  'bytesRcvd',
  'packetsSent',
  'packetsRcvd',
  'flows',
  'flowsAsClient',
  'flowsAsServer',
  'peers',
  'score',
  'scoreAsClient',
  'scoreAsServer',
  'nonIpBytes',
] as const satisfies readonly (keyof HostItem)[]
const HEALTH = ['retransmissions', 'outOfOrder', 'lost', 'zeroWindow'] as const satisfies readonly (keyof HostItem)[]
const TOP = 7

export function HostOverview({ host, nowMs }: At) {
  const row = host as unknown as Row
  const ofInterface = useCurrentId()
  return (
    <div className="host-overview">
      {ofInterface !== undefined && <Events ofInterface={ofInterface} host={host.address} />}
      {ofInterface !== undefined && <HostChart host={host} id={ofInterface} />}
      {host.local && <HostActivity address={host.address} vlan={host.vlan} />}
      {host.risks.length > 0 && (
        <Panel title={t('risks')} aside={<Score score={host.score} />}>
          <RiskShares risks={host.risks} />
        </Panel>
      )}
      <Panel title={t('identity')}>
        <div className="panel-pad-y">
          <Facts entity="hosts" row={row} nowMs={nowMs} names={IDENTITY} />
          <dl className="facts">
            {host.names.length > 0 && (
              <div className="fact">
                <dt>{t('names')}</dt>
                <dd className="stack">
                  {host.names.map(({ name, from }) => (
                    <span key={`${from} ${name}`} className="name-from">
                      <Value field="host" kind="text" value={name} /> <span className="faint">{t(`names.from.${from}`)}</span>
                    </span>
                  ))}
                </dd>
              </div>
            )}
            {host.sameMac.length > 0 && (
              <div className="fact">
                <dt>{t('sameMac')}</dt>
                <dd className="stack">
                  {host.sameMac.map((address) => (
                    <Value key={address} field="host" kind="address" value={address}>
                      <span className="address">{address}</span>
                    </Value>
                  ))}
                </dd>
              </div>
            )}
          </dl>
        </div>
      </Panel>
      <Panel title={t('activity')}>
        <div className="panel-pad-y">
          <Facts entity="hosts" row={row} nowMs={nowMs} names={ACTIVITY} />
        </div>
      </Panel>
      <Panel title={t('health')} aside={t('health.about')}>
        <div className="panel-pad-y">
          <Facts entity="hosts" row={row} nowMs={nowMs} names={HEALTH} />
        </div>
      </Panel>
      <Panel title={t('topApps')}>
        <TopList rows={host.apps.slice(0, TOP).map((app) => appRow(host, app))} label={t('topApps')} none={t('noApps')} />
      </Panel>
      {host.programs.length > 0 && (
        <Panel title={t('programs')} aside={t('programs.about')}>
          <RankedList rows={host.programs.slice(0, TOP).map((program) => programRow(host, program))} label={t('programs')} />
        </Panel>
      )}
      <Panel title={t('tab.peers')} className={host.programs.length > 0 ? '' : 'host-peers'}>
        <TopList rows={host.topPeers.slice(0, TOP).map(peerRow)} label={t('tab.peers')} none={t('peers.none')} />
      </Panel>
    </div>
  )
}

const TopList = ({ rows, label, none }: { readonly rows: readonly Ranked[]; readonly label: string; readonly none: string }) =>
  rows.length === 0 ? <Empty title={none} /> : <RankedList rows={rows} label={label} />

function appRow(host: HostDetail, app: HostDetail['apps'][number]): Ranked {
  return {
    key: app.name,
    name: showable(app.name),
    label: (
      <>
        <span className="dot" style={{ background: colourOf(app.name) }} />
        <Cut text={app.name} />
      </>
    ),
    value: formatBytes(bytesOf(app)),
    title: `${t('sent')} ${formatBytes(app.bytesSent)} · ${t('received')} ${formatBytes(app.bytesRcvd)}`,
    parts: sentRcvd(app),
    place: places.flows(`host = ${host.address} and app = ${quoted(app.name)}`),
    given: { field: 'app', kind: 'app', value: app.name },
  }
}
const sentRcvd = ({ bytesSent, bytesRcvd }: { readonly bytesSent: number; readonly bytesRcvd: number }) => [
  { value: bytesSent, colour: 'var(--sent)' },
  { value: bytesRcvd, colour: 'var(--rcvd)' },
]
function programRow(host: HostDetail, share: ProgramShare): Ranked {
  const { program, user } = share
  const name = program ?? t('program.ofUser', { user })
  return {
    key: `${program} ${user}`,
    name: showable(name),
    label: <Cut text={name} title={`${showable(name)} · ${showable(user)}`} />,
    value: formatBytes(bytesOf(share)),
    title: `${t('sent')} ${formatBytes(share.bytesSent)} · ${t('received')} ${formatBytes(share.bytesRcvd)}`,
    parts: sentRcvd(share),
    place: places.flows(`host = ${host.address} and ${flowsOfProgram(share)}`),
    given: program === undefined ? { field: 'user', kind: 'text', value: user } : { field: 'program', kind: 'text', value: program },
  }
}
function peerRow(peer: PeerShare): Ranked {
  return {
    key: `${peer.address}@${peer.vlan}`,
    name: showable(peer.name ?? peer.address),
    label: peer.name === undefined ? <span className="address">{peer.address}</span> : <Cut text={peer.name} />,
    value: formatBytes(bytesOf(peer)),
    title: `${peer.address} · ${t('sent')} ${formatBytes(peer.bytesSent)} · ${t('received')} ${formatBytes(peer.bytesRcvd)}`,
    parts: sentRcvd(peer),
    place: places.host(peer.address, peer.vlan),
    given: { field: 'host', kind: 'address', value: peer.address, vlan: peer.vlan },
  }
}
