import '../../styles/overview.css'
import { useCurrentId } from '../../lib/current.ts'
import { t } from '../../lib/messages.ts'
import { Figures } from './figures.tsx'
import { Talkers } from './talkers.tsx'
import { Throughput } from './throughput.tsx'
import { TopApplications, TopHosts } from './tops.tsx'

export default function OverviewPage() {
  const id = useCurrentId()
  if (id === undefined) return null
  return (
    <div className="overview">
      <h1 className="visually-hidden">{t('overview')}</h1>
      <Figures id={id} />
      <Throughput id={id} />
      <TopApplications id={id} />
      <TopHosts id={id} />
      <Talkers id={id} />
    </div>
  )
}
