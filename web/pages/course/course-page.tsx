import '../../styles/detail.css'
import { useParams } from '@tanstack/react-router'
import { SERIES_KINDS, type SeriesKind } from '../../../src/lib/series-points.ts'
import { KeptControls, useKeptRange } from '../../charts/kept/kept-controls.tsx'
import { KeptPanels } from '../../charts/kept/kept-panels.tsx'
import { Empty } from '../../components/panel.tsx'
import { useCurrentId } from '../../lib/current.ts'
import { t } from '../../lib/messages.ts'
import { showable } from '../../lib/text.ts'

/** The course of time of one application, system, country, …, as far back as it is kept. */
export default function CoursePage() {
  const { kind = '', name = '' } = useParams({ strict: false }) as { kind?: string; name?: string }
  const id = useCurrentId()
  const range = useKeptRange()
  if (!Object.hasOwn(SERIES_KINDS, kind)) return <Empty title={t('notFound')} />
  return (
    <div className="detail">
      <header className="detail-head">
        <div className="detail-name">
          <h1>{showable(name)}</h1>
          <div className="detail-labels">
            <span className="label">{t(`kept.kind.${kind as SeriesKind}`)}</span>
          </div>
        </div>
      </header>
      <KeptControls range={range} />
      <div className="kept-grid">
        <KeptPanels id={id} kind={kind as SeriesKind} name={name} range={range} />
      </div>
    </div>
  )
}
