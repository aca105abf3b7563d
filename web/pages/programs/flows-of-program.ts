import type { ItemOf } from '../../../src/lib/fields.ts'
import { quoted } from '../../components/value.tsx'

type Named = Pick<ItemOf<'programs'>, 'program' | 'user' | 'container' | 'service'>

/** A filter that finds the flows of a program: by its name, and by what else tells it from its namesakes. */
export function flowsOfProgram({ program, user, container, service }: Named): string {
  const terms = [
    program === undefined ? 'not program exists' : `program = ${quoted(program)}`,
    user === '' ? '' : `user = ${quoted(user)}`,
    container === undefined ? '' : `container = ${quoted(container)}`,
    service === undefined ? '' : `service = ${quoted(service)}`,
  ]
  return terms.filter((term) => term !== '').join(' and ')
}
