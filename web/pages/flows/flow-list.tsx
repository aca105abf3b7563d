import type { FlowItem } from '../../../src/lib/fields.ts'
import type { Row } from '../../components/list/columns.ts'
import { ListView } from '../../components/list/list-view.tsx'
import { Cut } from '../../components/value.tsx'
import { places } from '../../lib/nav.tsx'

const nameOf = (row: Row) => {
  const flow = row as unknown as FlowItem
  return <Cut text={`${flow.app} · ${flow.clientLabel ?? flow.client} → ${flow.serverLabel ?? flow.server}`} />
}
const placeOf = (row: Row) => places.flow(String(row['id']))

/** Flows, all or (with `base`) those of something. */
export function FlowList({ title, base, heading }: { readonly title: string; readonly base?: string; readonly heading?: boolean }) {
  return (
    <ListView
      entity="flows"
      title={title}
      placeOf={placeOf}
      nameOf={nameOf}
      {...(base !== undefined && { base })}
      {...(heading !== undefined && { heading })}
    />
  )
}
