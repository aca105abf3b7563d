import type { ItemOf } from '../../../src/lib/fields.ts'
import type { Row } from '../../components/list/columns.ts'
import { ListView } from '../../components/list/list-view.tsx'
import { Cut } from '../../components/value.tsx'
import { t } from '../../lib/messages.ts'
import { places } from '../../lib/nav.tsx'
import { flowsOfProgram } from './flows-of-program.ts'

const itemOf = (row: Row) => row as unknown as ItemOf<'programs'>
const nameOf = (row: Row) => {
  const { program, user } = itemOf(row)
  return <Cut text={program ?? t('program.ofUser', { user })} />
}

export default function ProgramsPage() {
  return <ListView entity="programs" title={t('programs')} nameOf={nameOf} placeOf={(row) => places.flows(flowsOfProgram(itemOf(row)))} />
}
