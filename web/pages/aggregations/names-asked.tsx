import type { ReactNode } from 'react'
import type { Row } from '../../components/list/columns.ts'
import { ListView } from '../../components/list/list-view.tsx'
import { Cut } from '../../components/value.tsx'
import { places } from '../../lib/nav.tsx'

interface Props {
  readonly title: string
  /** Always in force. */
  readonly base?: string
  readonly heading?: boolean
  readonly aside?: ReactNode
}
const text = (row: Row, name: string) => String(row[name])

/** Names that hosts asked for; each leads to its page. */
export function NamesAsked(props: Props) {
  return (
    <ListView
      {...props}
      entity="aggregations"
      nameOf={(row) => <Cut text={text(row, 'name')} />}
      placeOf={(row) => places.aggregation(text(row, 'kind'), text(row, 'protocol'), text(row, 'name'))}
    />
  )
}
