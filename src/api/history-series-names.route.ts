import { seriesKind } from './history-series.route.ts'
import { Type } from './json-schema.ts'
import { interfaceId, limit } from './query-parameters.ts'
import { type Deps, route } from './route.ts'

const MAX_NAMES = 10_000

export default ({ series }: Deps) =>
  route({
    method: 'GET',
    path: '/api/v1/history/series/names',
    summary: 'Names of what has kept series, in order',
    tag: 'history',
    query: Type.Object({
      interface: interfaceId(),
      kind: seriesKind(),
      prefix: Type.String({ default: '', maxLength: 200, description: 'How they begin' }),
      limit: limit(MAX_NAMES, 100),
    }),
    reply: Type.Object({ names: Type.Array(Type.String()) }),
    handler: async (ask) => ({ names: await series.names(ask) }),
  })
