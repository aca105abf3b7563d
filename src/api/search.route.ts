import { Type } from './json-schema.ts'
import { interfaceId, limit } from './query-parameters.ts'
import { type Deps, route } from './route.ts'
import { searchHit } from './schemas.ts'

export default ({ questions }: Deps) =>
  route({
    method: 'GET',
    path: '/api/v1/search',
    summary: 'Hosts, MACs, applications, ports and server names that a text fits',
    tag: 'lists',
    query: Type.Object({
      interface: interfaceId(),
      q: Type.String({ maxLength: 255, description: 'What to look for' }),
      limit: limit(100, 10),
    }),
    reply: Type.Object({ hits: Type.Array(searchHit) }),
    handler: async ({ interface: id, q, limit }) => {
      const text = q.trim()
      return { hits: text === '' ? [] : await questions.ask(id, 'search', { text, limit }) }
    },
  })
