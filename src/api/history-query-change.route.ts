import { MAX_BODY_BYTES, name, queryParams, savedQuery, shownName, unknownQuery, view } from './history-query-schemas.ts'
import { Type } from './json-schema.ts'
import { receiveJson } from './receive-json.ts'
import { type Deps, route } from './route.ts'

const body = Type.Object({
  name: Type.Optional(name()),
  view: Type.Optional(view()),
  used: Type.Optional(Type.Boolean({ description: 'Somebody has opened it' })),
})

export default ({ savedQueries }: Deps) =>
  route({
    method: 'PATCH',
    path: '/api/v1/history/queries/:id',
    summary: 'Give a saved query another name or another view, or say that it was used',
    tag: 'history',
    params: queryParams,
    body,
    reply: savedQuery,
    handler: async ({ id }, request) => {
      const said = await receiveJson(request, body, MAX_BODY_BYTES)
      const change = { ...said, ...(said.name !== undefined && { name: shownName(said.name) }) }
      const changed = savedQueries.change(id, change)
      if (changed === undefined) throw unknownQuery()
      return changed
    },
  })
