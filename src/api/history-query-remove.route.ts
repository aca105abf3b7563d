import { queryParams, unknownQuery } from './history-query-schemas.ts'
import { type Deps, route } from './route.ts'

export default ({ savedQueries }: Deps) =>
  route({
    method: 'DELETE',
    path: '/api/v1/history/queries/:id',
    summary: 'Forget a saved query',
    tag: 'history',
    params: queryParams,
    handler: async ({ id }) => {
      if (!savedQueries.remove(id)) throw unknownQuery()
    },
  })
