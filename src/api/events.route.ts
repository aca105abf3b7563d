import { hostAddress, readHostAddress } from './host-address.ts'
import { Type } from './json-schema.ts'
import { interfaceId, limit } from './query-parameters.ts'
import { type Deps, route } from './route.ts'
import { networkEvent } from './schemas.ts'

export default ({ questions }: Deps) =>
  route({
    method: 'GET',
    path: '/api/v1/events',
    summary: 'What other programs told of the network: alerts first, then all else, newest first',
    tag: 'details',
    query: Type.Object({
      interface: interfaceId(),
      host: Type.Optional(hostAddress()),
      flow: Type.Optional(Type.String({ minLength: 1, maxLength: 64, description: 'As a list of flows gave it' })),
      limit: limit(1000, 100),
    }),
    reply: Type.Object({ events: Type.Array(networkEvent) }),
    handler: async ({ interface: id, host, flow, limit: most }) => {
      const address = host === undefined ? undefined : readHostAddress(host, undefined, 'host').address
      const events = await questions.ask(id, 'events', {
        limit: most,
        ...(address !== undefined && { host: address }),
        ...(flow !== undefined && { flow }),
      })
      return { events: [...events] }
    },
  })
