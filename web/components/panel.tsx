import type { ReactNode } from 'react'
import { ApiError, Unreachable } from '../lib/api.ts'
import { t } from '../lib/messages.ts'
import { Icon } from './icons.tsx'

interface PanelProps {
  readonly title: ReactNode
  readonly aside?: ReactNode
  readonly className?: string
  readonly children: ReactNode
  readonly label?: string
}
export function Panel({ title, aside, className = '', children, label }: PanelProps) {
  return (
    <section className={`panel ${className}`} aria-label={label ?? (typeof title === 'string' ? title : undefined)}>
      <header className="panel-head">
        <h2>{title}</h2>
        {aside && <div className="panel-aside">{aside}</div>}
      </header>
      <div className="panel-body">{children}</div>
    </section>
  )
}

/** What would be here, and what to do. */
export function Empty({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className="empty">
      <p className="empty-title">{title}</p>
      {children && <div className="empty-text">{children}</div>}
    </div>
  )
}

/** What failed, and again. */
export function Failed({ error, retry }: { readonly error: Error; readonly retry: () => void }) {
  const text =
    error instanceof Unreachable
      ? t('unreachable')
      : error instanceof ApiError
        ? error.message
        : t('failedUnknown', { message: error.message })
  return (
    <div className="empty" role="alert">
      <p className="empty-title">
        <Icon name="warning" /> {t('failed')}
      </p>
      <p className="empty-text">{text}</p>
      <button type="button" className="btn btn-sm btn-outline-secondary" onClick={retry}>
        {t('again')}
      </button>
    </div>
  )
}

/** What is shown has left the tables since: its figures stand still. */
export function Left({ error, text }: { readonly error: Error | null; readonly text: string }) {
  if (!(error instanceof ApiError && error.status === 404)) return null
  return (
    <p className="notice" role="status">
      <Icon name="warning" /> <span>{text}</span>
    </p>
  )
}

/** Grey lines where rows will be. */
export function Skeleton({ rows = 6 }: { readonly rows?: number }) {
  return (
    <div className="skeleton" aria-busy="true" role="status" aria-label={t('loading')}>
      {Array.from({ length: rows }, (_, i) => (
        <span key={`line${i + 1}`} style={{ width: `${92 - ((i * 37) % 41)}%` }} />
      ))}
    </div>
  )
}

interface Asked<T> {
  readonly data: T | undefined
  readonly error: Error | null
  readonly refetch: () => unknown
}
/** An answer as it comes: grey lines, what failed, or what `children` make of it. Old data outlive an error. */
export function Answered<T>({
  of,
  rows,
  children,
}: {
  readonly of: Asked<T>
  readonly rows?: number
  readonly children: (data: T) => ReactNode
}) {
  if (of.data !== undefined) return children(of.data)
  if (of.error) return <Failed error={of.error} retry={() => void of.refetch()} />
  return <Skeleton {...(rows !== undefined && { rows })} />
}
