import { useQuery } from '@tanstack/react-query'
import { lazy, type ReactNode, Suspense, useState } from 'react'
import { isOngoing } from '../../../src/lib/live.ts'
import { entryIn, useLive } from '../../lib/live-store.ts'
import { t } from '../../lib/messages.ts'
import { storeQuery } from '../../lib/past-store.ts'
import { Icon } from '../icons.tsx'
import { MINUTE_MS, minuteOf } from './minute.ts'

const MinuteTalkers = lazy(() => import('./minute-talkers.tsx'))

interface Wanted {
  /** Only these flows. */
  readonly filter?: string
  /** Whose graph it is. */
  readonly host?: string
  /** Flows of a band, in the filter language; undefined: of all. */
  readonly filterOf?: (name: string) => string | undefined
  /** What else can be done with the band that was clicked. */
  readonly more?: (name: string) => ReactNode
}
export interface MinuteAccess {
  /** For the graph; absent where nothing of the past is kept. */
  readonly onPoint?: (ms: number, name?: string) => void
  /** The same without a pointer: the last whole minute. */
  readonly button: ReactNode
  readonly panel: ReactNode
}

/** Top talkers of a minute, at a click on a point of a graph of this interface. */
export function useMinuteTalkers(id: number | undefined, { filter = '', host, filterOf, more }: Wanted = {}): MinuteAccess {
  const kind = useLive((state) => (id === undefined ? undefined : entryIn(state, id)?.info.kind))
  const store = useQuery(storeQuery).data?.store
  const [at, setAt] = useState<{ readonly fromMs: number; readonly name?: string | undefined } | undefined>(undefined)
  if (store === undefined || kind === undefined || !(isOngoing(kind) || kind === 'all')) return { button: null, panel: null }
  const band = at?.name === undefined ? undefined : filterOf?.(at.name)
  return {
    onPoint: (ms, name) => setAt({ fromMs: minuteOf(ms), name }),
    button: (
      <button
        type="button"
        className="icon-button"
        aria-label={t('minute.open')}
        title={t('minute.openAbout')}
        onClick={() => setAt({ fromMs: minuteOf(Date.now()) - MINUTE_MS })}
      >
        <Icon name="minute" />
      </button>
    ),
    panel: at && (
      <Suspense fallback={null}>
        <MinuteTalkers
          interface={id}
          fromMs={at.fromMs}
          toMs={at.fromMs + MINUTE_MS}
          filter={[filter, band ?? ''].filter((part) => part !== '').join(' and ')}
          host={host}
          onMinute={(fromMs) => setAt({ ...at, fromMs })}
          onClose={() => setAt(undefined)}
        >
          {at.name !== undefined && band !== undefined && more?.(at.name)}
        </MinuteTalkers>
      </Suspense>
    ),
  }
}
