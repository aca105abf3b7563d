import { Type } from './json-schema.ts'
import { type Deps, route } from './route.ts'
import { exportInfo } from './schemas.ts'

export default ({ questions }: Deps) =>
  route({
    method: 'GET',
    path: '/api/v1/exports',
    summary: 'Where flow records are sent, and how that fares',
    tag: 'server',
    reply: Type.Object({ exports: Type.Array(exportInfo) }),
    handler: async () => ({ exports: [...questions.live.exports()] }),
  })
