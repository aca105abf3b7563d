import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { t } from '../../lib/messages.ts'
import { stateQuery, storeQuery } from '../../lib/past-store.ts'
import { showable } from '../../lib/text.ts'
import { Icon } from '../icons.tsx'

const MAX_SHOWN = 3

/** What is wrong with what is kept, on every page, until it is mended or has been read. */
export function KeptFaults() {
  const history = useQuery(storeQuery).data
  const state = useQuery(stateQuery).data
  const [read, setRead] = useState<ReadonlySet<string>>(new Set())
  const faults = [history?.store, history?.series, state?.store].flatMap((one) => one?.faults ?? []).filter((fault) => !read.has(fault))
  if (faults.length === 0) return null
  const hidden = faults.length - MAX_SHOWN
  return (
    <div className="notice kept-faults" role="status">
      <Icon name="warning" />
      <ul>
        {faults.slice(0, MAX_SHOWN).map((fault) => (
          <li key={fault}>{showable(fault)}</li>
        ))}
        {hidden > 0 && <li className="faint">{t('faults.more', { n: hidden })}</li>}
      </ul>
      <button type="button" className="icon-button" aria-label={t('close')} onClick={() => setRead(new Set([...read, ...faults]))}>
        <Icon name="close" />
      </button>
    </div>
  )
}
