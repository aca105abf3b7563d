import { MAX_SAVED_QUERIES } from '../lib/saved-queries.ts'
import { ApiError } from './errors.ts'
import { MAX_BODY_BYTES, name, savedQuery, shownName, view } from './history-query-schemas.ts'
import { Type } from './json-schema.ts'
import { receiveJson } from './receive-json.ts'
import { type Deps, route } from './route.ts'

const body = Type.Object({ name: name(), view: view() })

export default ({ savedQueries }: Deps) =>
  route({
    method: 'POST',
    path: '/api/v1/history/queries',
    summary: 'Give a view of the past a name',
    tag: 'history',
    body,
    reply: savedQuery,
    status: 201,
    handler: async (_ask, request) => {
      const said = await receiveJson(request, body, MAX_BODY_BYTES)
      const shown = shownName(said.name)
      const made = savedQueries.add(shown, said.view)
      if (made === undefined) throw new ApiError('too-many', `${MAX_SAVED_QUERIES} queries are saved already: delete one that nobody needs`)
      return made
    },
  })
