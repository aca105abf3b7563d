import { Type } from 'typebox'
import { type Deps, route } from './route.ts'
import { storeStats } from './schemas.ts'

export default ({ history }: Deps) =>
  route({
    method: 'GET',
    path: '/api/v1/history',
    summary: 'What is kept of the past, and how the store of it fares',
    tag: 'history',
    reply: Type.Object({ store: Type.Optional(storeStats) }),
    handler: () => {
      const store = history.stats()
      return store === undefined ? {} : { store }
    },
  })
