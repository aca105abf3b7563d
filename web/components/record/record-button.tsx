import { hasNoPackets } from '../../../src/lib/live.ts'
import type { RecordingParams } from '../../lib/api.ts'
import { useCurrent } from '../../lib/current.ts'
import { t } from '../../lib/messages.ts'
import { Icon } from '../icons.tsx'
import { askToRecord } from './record-store.ts'

interface Props {
  /** Whose packets, in words. */
  readonly what: string
  readonly ask: RecordingParams
  readonly label?: string
  /** The icon alone. */
  readonly compact?: boolean
}
/** Opens the dialog. Where no packets pass any more it says so; where none ever do, of a collector, there is nothing to open. */
export function RecordButton({ what, ask, label = t('record.of', { what }), compact = false }: Props) {
  const { state, kind } = useCurrent()?.info ?? {}
  if (kind !== undefined && hasNoPackets(kind)) return null
  const over = state !== 'running' && state !== 'starting'
  const title = over ? t('record.ended') : label
  return (
    <button
      type="button"
      className={compact ? 'icon-button' : 'btn btn-sm btn-outline-secondary with-icon'}
      disabled={over}
      title={title}
      aria-label={compact ? label : undefined}
      onClick={() => askToRecord({ what, ask })}
    >
      <Icon name="record" size={compact ? 16 : 14} />
      {!compact && t('record')}
    </button>
  )
}
