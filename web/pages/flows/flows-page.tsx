import { t } from '../../lib/messages.ts'
import { FlowList } from './flow-list.tsx'

export default function FlowsPage() {
  return <FlowList title={t('flows')} />
}
