import { Type } from './json-schema.ts'
import { interfaceId } from './query-parameters.ts'
import { type Deps, route } from './route.ts'
import { totals } from './schemas.ts'

export default ({ questions }: Deps) =>
  route({
    method: 'GET',
    path: '/api/v1/totals',
    summary: 'The figures of an interface now',
    tag: 'interfaces',
    query: Type.Object({ interface: interfaceId() }),
    reply: totals,
    handler: ({ interface: id }) => questions.ask(id, 'totals', {}),
  })
