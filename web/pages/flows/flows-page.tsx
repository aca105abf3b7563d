import { FlowList } from './flow-list.tsx'
import { t } from '../../lib/messages.ts'

export default function FlowsPage() {
  return <FlowList title={t('flows')} />
}
