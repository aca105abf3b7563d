import { Type } from './json-schema.ts'
import { receiveJson } from './receive-json.ts'
import { type Deps, route } from './route.ts'
import { deletion } from './schemas.ts'

const MAX_BODY_BYTES = 1024
const body = Type.Object({
  network: Type.String({ minLength: 1, maxLength: 128, description: 'An address, or a network as 192.0.2.0/24' }),
  dryRun: Type.Optional(Type.Boolean({ description: 'Only count the records' })),
})

export default ({ history }: Deps) =>
  route({
    method: 'POST',
    path: '/api/v1/history/delete-host',
    summary:
      'Begin to remove all that is kept of a host, or of those of a network: records of flows, series, activity, contacts; /api/v1/history tells how far it is',
    tag: 'history',
    body,
    status: 202,
    reply: deletion,
    handler: async (_ask, request) => {
      const { network, dryRun = false } = await receiveJson(request, body, MAX_BODY_BYTES)
      return history.deleteHost(network, dryRun)
    },
  })
