import { useQuery } from '@tanstack/react-query'
import type { ItemOf } from '../../../src/lib/fields.ts'
import { type Ranked, RankedList } from '../../charts/ranked.tsx'
import { Held } from '../../components/held.tsx'
import { Answered, Empty, Panel } from '../../components/panel.tsx'
import { Cut, quoted } from '../../components/value.tsx'
import { colourOf } from '../../lib/colours.ts'
import { useCurrent } from '../../lib/current.ts'
import { formatBits, formatBytes, formatPercent } from '../../lib/format.ts'
import { t } from '../../lib/messages.ts'
import { Go, places } from '../../lib/nav.tsx'
import { showable } from '../../lib/text.ts'
import { useHeld } from '../../lib/use-held.ts'
import { topQuery } from './overview.queries.ts'

const HOSTS = 9
const APPS = 9

/**
 * By what flows now; of a capture that has ended, or where nothing has flowed of late, by what has flowed. One silent second does not turn the list round.
 */
function useMoving(): boolean {
  const current = useCurrent()
  return current?.info.state === 'running' && current.recentBps.some((bps) => bps > 0)
}

function hostRow(host: ItemOf<'hosts'>, moving: boolean): Ranked {
  const name = host.name ?? host.address
  const [sent, rcvd] = moving ? [host.bpsSent, host.bpsRcvd] : [host.bytesSent, host.bytesRcvd]
  const format = moving ? formatBits : formatBytes
  return {
    key: `${host.address}@${host.vlan}`,
    name: showable(name),
    label: (
      <>
        {host.name === undefined ? <span className="address">{host.address}</span> : <Cut text={host.name} />}
        {host.name !== undefined && <span className="address faint ranked-second">{host.address}</span>}
      </>
    ),
    value: format(sent + rcvd),
    title: `${showable(name)} · ${t('sent')} ${format(sent)} · ${t('received')} ${format(rcvd)}`,
    parts: [
      { value: sent, colour: 'var(--sent)' },
      { value: rcvd, colour: 'var(--rcvd)' },
    ],
    place: places.host(host.address, host.vlan),
    given: { field: 'host', kind: 'address', value: host.address, vlan: host.vlan },
  }
}

export function TopHosts({ id }: { readonly id: number }) {
  const moving = useMoving()
  const asked = useQuery(topQuery(id, 'hosts', moving ? 'bps' : 'bytes', HOSTS))
  const { rows, held, hold } = useHeld(asked.data?.items ?? [], (host) => `${host.address}@${host.vlan}`, String(moving))
  const aside = (
    <>
      {held && <Held />}
      <span className="dot dot-sent" /> {t('sent')} <span className="dot dot-rcvd" /> {t('received')}
      <Go place={{ to: '/hosts', search: { sort: moving ? 'bps' : 'bytes' } }}>{t('all')}</Go>
    </>
  )
  return (
    <Panel title={t('topHosts')} className="top-hosts" aside={aside}>
      <Answered of={asked}>
        {() =>
          rows.length === 0 ? (
            <Empty title={t('noHosts')}>{t('noHosts.about')}</Empty>
          ) : (
            <div {...hold}>
              <RankedList rows={rows.slice(0, HOSTS).map((host) => hostRow(host, moving))} label={t('topHosts')} />
            </div>
          )
        }
      </Answered>
    </Panel>
  )
}

function appRow(app: ItemOf<'apps'>, all: number): Ranked {
  return {
    key: app.app,
    name: showable(app.app),
    label: (
      <>
        <span className="dot" style={{ background: colourOf(app.app) }} />
        <Cut text={app.app} />
        <span className="faint ranked-second">{app.category}</span>
      </>
    ),
    value: formatBytes(app.bytes),
    title: `${showable(app.app)} · ${formatBytes(app.bytes)} · ${formatPercent(all > 0 ? app.bytes / all : 0)} · ${formatBits(app.bps)}`,
    parts: [{ value: app.bytes, colour: colourOf(app.app) }],
    place: places.flows(`app = ${quoted(app.app)}`),
    given: { field: 'app', kind: 'app', value: app.app },
  }
}

export function TopApplications({ id }: { readonly id: number }) {
  const asked = useQuery(topQuery(id, 'apps', 'bytes', APPS))
  const all = useCurrent()?.totals?.bytes ?? 0
  const { rows, held, hold } = useHeld(asked.data?.items ?? [], (app) => app.app, '')
  return (
    <Panel
      title={t('topApps')}
      className="top-apps"
      aside={
        <>
          {held && <Held />}
          <span>{t('sinceStart')}</span>
          <Go place={{ to: '/applications' }}>{t('all')}</Go>
        </>
      }
    >
      <Answered of={asked}>
        {() =>
          rows.length === 0 ? (
            <Empty title={t('noApps')}>{t('empty_apps')}</Empty>
          ) : (
            <div {...hold}>
              <RankedList rows={rows.slice(0, APPS).map((app) => appRow(app, all))} label={t('topApps')} />
            </div>
          )
        }
      </Answered>
    </Panel>
  )
}
