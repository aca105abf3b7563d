import type { HostDetail } from '../../../src/lib/live.ts'
import { KeptControls, useKeptRange } from '../../charts/kept/kept-controls.tsx'
import { KeptPanels, KeptTop } from '../../charts/kept/kept-panels.tsx'
import { useMinuteTalkers } from '../../components/minute-talkers/use-minute-talkers.tsx'
import { Empty } from '../../components/panel.tsx'
import { useCurrentId } from '../../lib/current.ts'
import { t } from '../../lib/messages.ts'
import { places, useOpen } from '../../lib/nav.tsx'

/** As far back as series of it are kept. */
export function HostHistory({ host: { address, vlan, local } }: { readonly host: HostDetail }) {
  const id = useCurrentId()
  const range = useKeptRange()
  const open = useOpen()
  const { onPoint, panel } = useMinuteTalkers(id, { filter: `host = ${address}`, host: address })
  if (!local) return <Empty title={t('kept.remote')}>{t('kept.remoteAbout')}</Empty>
  const name = vlan > 0 ? `${address}@${vlan}` : address
  return (
    <>
      <KeptControls range={range} />
      <div className="kept-grid">
        <KeptPanels id={id} kind="host" name={name} range={range} onPoint={onPoint} />
        <KeptTop
          id={id}
          kind="host-app"
          prefix={`${name} `}
          title={t('kept.apps')}
          range={range}
          onPoint={onPoint}
          onPick={(app) => open(places.course('host-app', `${name} ${app}`))}
        />
      </div>
      {panel}
    </>
  )
}
