import { Type } from './json-schema.ts'
import { type Deps, route } from './route.ts'

export default ({ server }: Deps) =>
  route({
    method: 'GET',
    path: '/healthz',
    summary: 'Whether the server lives',
    tag: 'server',
    reply: Type.Object({ status: Type.Literal('ok'), version: Type.String(), uptimeSeconds: Type.Integer() }),
    handler: () => ({ status: 'ok' as const, version: server.version, uptimeSeconds: Math.floor((Date.now() - server.startedMs) / 1000) }),
  })
