import '../../styles/detail.css'
import '../../styles/settings.css'
import { Choice } from '../../components/choice.tsx'
import { t } from '../../lib/messages.ts'
import { useChangeView, useView } from '../../lib/nav.tsx'
import { CustomRules } from './custom-rules.tsx'
import { KeptHistory } from './kept-history.tsx'

const VIEWS = ['applications', 'categories', 'history'] as const

export default function SettingsPage() {
  const asked = useView().view
  const view = VIEWS.find((one) => one === asked) ?? 'applications'
  const change = useChangeView()
  return (
    <div className="detail settings">
      <header className="detail-head">
        <h1>{t('settings')}</h1>
        <Choice
          label={t('view')}
          options={VIEWS.map((value) => ({ value, label: t(`settings.${value}`) }))}
          value={view}
          onChange={(next) => change({ view: next === 'applications' ? '' : next })}
        />
      </header>
      {view === 'history' ? <KeptHistory /> : <CustomRules key={view} kind={view} />}
    </div>
  )
}
