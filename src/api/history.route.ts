import { Type } from './json-schema.ts'
import { type Deps, route } from './route.ts'
import { seriesStats, storeStats } from './schemas.ts'

export default ({ history, series }: Deps) =>
  route({
    method: 'GET',
    path: '/api/v1/history',
    summary: 'What is kept of the past, and how the store of it fares',
    tag: 'history',
    reply: Type.Object({ store: Type.Optional(storeStats), series: Type.Optional(seriesStats) }),
    handler: () => {
      const store = history.stats()
      const kept = series.stats()
      return { ...(store && { store }), ...(kept && { series: kept }) }
    },
  })
