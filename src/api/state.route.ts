import { Type } from './json-schema.ts'
import { type Deps, route } from './route.ts'
import { stateStats } from './schemas.ts'

export default ({ state }: Deps) =>
  route({
    method: 'GET',
    path: '/api/v1/state',
    summary: 'Where names and what else is small are kept, and how that fares',
    tag: 'server',
    reply: Type.Object({ store: Type.Optional(stateStats) }),
    handler: () => {
      const store = state?.stats()
      return store === undefined ? {} : { store }
    },
  })
