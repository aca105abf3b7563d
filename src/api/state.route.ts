import { Type } from './json-schema.ts'
import { type Deps, route } from './route.ts'
import { resolverStats, stateStats } from './schemas.ts'

export default ({ state, resolver }: Deps) =>
  route({
    method: 'GET',
    path: '/api/v1/state',
    summary: 'Where names and what else is small are kept, how that fares, and how looking up names of hosts does',
    tag: 'server',
    reply: Type.Object({ store: Type.Optional(stateStats), resolver: Type.Optional(resolverStats) }),
    handler: () => {
      const store = state?.stats()
      return { ...(store && { store }), ...(resolver && { resolver: resolver.stats() }) }
    },
  })
