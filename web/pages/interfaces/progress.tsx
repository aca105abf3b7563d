import type { InterfaceInfo } from '../../../src/lib/live.ts'
import { formatBytes } from '../../lib/format.ts'
import { t } from '../../lib/messages.ts'

/** How far a capture has been read. */
export function Progress({ info: { progress, state, name } }: { readonly info: InterfaceInfo }) {
  const { bytesRead, bytesTotal, cutShort, files } = progress
  const text =
    bytesTotal === undefined
      ? t('progress.readOnly', { read: formatBytes(bytesRead) })
      : t('progress.read', { read: formatBytes(bytesRead), total: formatBytes(bytesTotal) })
  return (
    <span className="progress-read">
      {bytesTotal !== undefined && state !== 'failed' && (
        <progress value={bytesRead} max={Math.max(1, bytesTotal)} aria-label={`${t('progress')}: ${name}`} />
      )}
      <span className="num faint">{text}</span>
      {files && <span className="num faint">{t('progress.files', { ...files })}</span>}
      {cutShort && <span className="label label-warning">{t('cutShort')}</span>}
    </span>
  )
}
