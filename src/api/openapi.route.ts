import { Type } from './json-schema.ts'
import { describe } from './openapi.ts'
import { type Deps, route } from './route.ts'

export default ({ server }: Deps) => {
  let made: object | undefined
  return route({
    method: 'GET',
    path: '/api/v1/openapi.json',
    summary: 'This description',
    tag: 'server',
    reply: Type.Object({}, { additionalProperties: true }),
    handler: () => (made ??= describe(server.routes, server.version)),
  })
}
