import { savedQuery } from './history-query-schemas.ts'
import { Type } from './json-schema.ts'
import { type Deps, route } from './route.ts'

export default ({ savedQueries }: Deps) =>
  route({
    method: 'GET',
    path: '/api/v1/history/queries',
    summary: 'Views of the past that were given a name, for all users; those used last come first',
    tag: 'history',
    reply: Type.Object({ queries: Type.Array(savedQuery) }),
    handler: () => ({ queries: savedQueries.all }),
  })
