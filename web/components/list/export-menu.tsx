import { useCallback, useRef, useState } from 'react'
import { type Entity, entities } from '../../../src/lib/fields.ts'
import { toCsv } from '../../lib/csv.ts'
import { t } from '../../lib/messages.ts'
import { Icon } from '../icons.tsx'
import { menuKeys, Popover } from '../popover.tsx'
import { say } from '../toasts.tsx'
import { fetchAll, type ListKey, MAX_EXPORT } from './list.queries.ts'

interface Props {
  readonly entity: Entity
  readonly interfaceId: number
  readonly list: ListKey
  readonly columns: readonly string[]
}

export function download(name: string, type: string, ...parts: BlobPart[]): void {
  const href = URL.createObjectURL(new Blob(parts, { type }))
  const link = document.createElement('a')
  link.href = href
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(href), 1000)
}

/** What the filter lets through, as a file; can be cancelled while it is fetched. */
export function ExportMenu({ entity, interfaceId, list, columns }: Props) {
  const [busy, setBusy] = useState<{ readonly text: string; readonly stop: AbortController } | undefined>(undefined)
  const run = async (as: 'csv' | 'json') => {
    const stop = new AbortController()
    setBusy({ text: t('export.busy', { n: 0, total: '…' }), stop })
    try {
      const { rows, cut } = await fetchAll(entity, { interface: interfaceId, ...list }, stop.signal, (n, total) =>
        setBusy({ text: t('export.busy', { n, total }), stop }),
      )
      if (as === 'csv') download(`${entity}.csv`, 'text/csv', toCsv(rows, columns, entities[entity]))
      else download(`${entity}.json`, 'application/json', JSON.stringify(rows, null, 1))
      if (cut) say(t('export.cut', { n: MAX_EXPORT }), 'problem')
    } catch (error) {
      if (!stop.signal.aborted) say(t('failedUnknown', { message: (error as Error).message }), 'problem')
    } finally {
      setBusy(undefined)
    }
  }
  if (busy) return <ExportBusy {...busy} />
  return <ExportButton kinds={TABLE_KINDS} onChoose={(as) => void run(as)} />
}

/** How far it is, and how to stop it. */
export const ExportBusy = ({ text, stop }: { readonly text: string; readonly stop: AbortController }) => (
  <span className="export-busy" role="status">
    <span className="num">{text}</span>
    <button type="button" className="btn btn-sm btn-outline-secondary" onClick={() => stop.abort()}>
      {t('cancel')}
    </button>
  </span>
)

/** As which kind of file. */
export type ExportKind = 'csv' | 'json' | 'parquet'
const TABLE_KINDS = ['csv', 'json'] as const
interface ButtonProps<K extends ExportKind> {
  readonly kinds: readonly K[]
  readonly onChoose: (as: K) => void
}
export function ExportButton<K extends ExportKind>({ kinds, onChoose }: ButtonProps<K>) {
  const [open, setOpen] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  const close = useCallback(() => setOpen(false), [])
  return (
    <>
      <button
        ref={button}
        type="button"
        className="icon-button"
        aria-haspopup="menu"
        aria-expanded={open}
        aria-label={t('export')}
        title={t('export')}
        onClick={() => setOpen(true)}
      >
        <Icon name="download" />
      </button>
      {open && (
        <Popover anchor={button} align="end" onClose={close} className="menu">
          <div role="menu" aria-label={t('export')} onKeyDown={menuKeys}>
            {kinds.map((as, i) => (
              <button
                key={as}
                ref={(element) => {
                  if (i === 0) element?.focus()
                }}
                type="button"
                role="menuitem"
                className="menu-item"
                onClick={() => {
                  setOpen(false)
                  onChoose(as)
                }}
              >
                {t(`export.${as}`)}
              </button>
            ))}
          </div>
        </Popover>
      )}
    </>
  )
}
