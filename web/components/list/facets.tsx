import { useQuery } from '@tanstack/react-query'
import type { Entity } from '../../../src/lib/fields.ts'
import { colourOf } from '../../lib/colours.ts'
import { formatBytes, formatCount } from '../../lib/format.ts'
import { t } from '../../lib/messages.ts'
import { useListScope } from '../../lib/nav.tsx'
import { middleCut, showable } from '../../lib/text.ts'
import { openValueMenu } from '../value-menu-store.ts'
import { columnsOf, FACETS, fieldOf } from './columns.ts'
import { facetsQuery } from './list.queries.ts'

const SHOWN = 3
const CHARS = 22

/** The top values of the most telling fields among what the filter lets through; a click adds one to it. */
export function Facets({
  entity,
  interfaceId,
  filter,
}: {
  readonly entity: Entity
  readonly interfaceId: number
  readonly filter: string
}) {
  const scope = useListScope()
  const { data } = useQuery(facetsQuery(entity, interfaceId, FACETS[entity], filter))
  if (FACETS[entity].length === 0) return null
  const hasBytes = columnsOf(entity).includes('bytes')
  const add = async (field: string, value: string) => {
    const { addTerm } = await import('../../../src/query/filter.ts')
    scope?.setFilter(addTerm(scope.filter, field, '=', value, 'and'))
  }
  return (
    <section className="facets" aria-label={t('facets')}>
      {(data ?? []).map(({ field, values }) => {
        const { label, kind } = fieldOf(entity, field)
        if (values.length === 0) return null
        return (
          <div key={field} className="facet">
            <span className="facet-name">{label}</span>
            {values.slice(0, SHOWN).map(({ value, rows, bytes }) => {
              const shown = kind === 'flag' ? t(value === 'true' || value === 'yes' ? 'yes' : 'no') : showable(value)
              const about = hasBytes
                ? t('facets.add', { label, value: shown, rows: formatCount(rows), bytes: formatBytes(bytes) })
                : t('facets.addRows', { label, value: shown, rows: formatCount(rows) })
              return (
                <button
                  key={value}
                  type="button"
                  className="facet-value"
                  title={about}
                  aria-label={about}
                  onClick={() => void add(field, value)}
                  onContextMenu={(event) => {
                    event.preventDefault()
                    openValueMenu({ given: { field, kind, value }, scope, anchor: event.currentTarget })
                  }}
                >
                  {kind === 'app' && <span className="dot" style={{ background: colourOf(value) }} />}
                  {middleCut(shown, CHARS)}
                  <span className="num faint">{formatCount(rows)}</span>
                </button>
              )
            })}
          </div>
        )
      })}
    </section>
  )
}
