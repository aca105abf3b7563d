import { KeptControls, useKeptRange } from '../../charts/kept/kept-controls.tsx'
import { KeptPanels, KeptTop } from '../../charts/kept/kept-panels.tsx'
import { useMinuteTalkers } from '../../components/minute-talkers/use-minute-talkers.tsx'
import { t } from '../../lib/messages.ts'
import { places, useOpen } from '../../lib/nav.tsx'

const TOPS = ['app', 'host', 'l4', 'network', 'vlan', 'as', 'country'] as const

/** As far back as series of it are kept. */
export function InterfaceHistory({ id }: { readonly id: number }) {
  const range = useKeptRange()
  const open = useOpen()
  const { onPoint, panel } = useMinuteTalkers(id)
  return (
    <>
      <KeptControls range={range} />
      <div className="kept-grid">
        <KeptPanels id={id} kind="interface" name="" range={range} onPoint={onPoint} />
        {TOPS.map((kind) => (
          <KeptTop
            key={kind}
            id={id}
            kind={kind}
            title={t(`kept.top.${kind}`)}
            range={range}
            onPoint={onPoint}
            onPick={(name) => open(places.course(kind, name))}
          />
        ))}
        <KeptPanels id={id} kind="tcp" name="" range={range} />
        <KeptPanels id={id} kind="drops" name="" range={range} />
      </div>
      {panel}
    </>
  )
}
