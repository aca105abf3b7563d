import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { ItemOf } from '../../../src/lib/fields.ts'
import { TalkersSankey } from '../../charts/sankey.tsx'
import { Answered, Empty, Panel } from '../../components/panel.tsx'
import { t } from '../../lib/messages.ts'
import { Go, places } from '../../lib/nav.tsx'
import { topQuery } from './overview.queries.ts'

const TALKS = 14
const NONE: readonly ItemOf<'talkers'>[] = []

export function Talkers({ id }: { readonly id: number }) {
  const asked = useQuery(topQuery(id, 'talkers', 'bytes', TALKS, 5000))
  const fresh = asked.data?.items ?? NONE
  // Bands and nodes stay where they are while the pointer is over them.
  const [held, setHeld] = useState<readonly ItemOf<'talkers'>[] | undefined>(undefined)
  const total = asked.data?.total ?? 0
  return (
    <Panel
      title={t('talkers')}
      className="talkers"
      aside={
        <>
          {total > 0 && <span>{t('talkers.of', { n: Math.min(TALKS, fresh.length), total })}</span>}
          <Go place={places.explore('talkers')}>{t('all')}</Go>
        </>
      }
    >
      <Answered of={asked}>
        {() =>
          fresh.length === 0 ? (
            <Empty title={t('noTalkers')}>{t('noTalkers.about')}</Empty>
          ) : (
            <div className="fill" onPointerEnter={() => setHeld(fresh)} onPointerLeave={() => setHeld(undefined)}>
              <TalkersSankey talks={held ?? fresh} />
            </div>
          )
        }
      </Answered>
    </Panel>
  )
}
