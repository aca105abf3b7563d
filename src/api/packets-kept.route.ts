import { Type } from './json-schema.ts'
import { interfaceId } from './query-parameters.ts'
import { type Deps, route } from './route.ts'

export default ({ questions }: Deps) =>
  route({
    method: 'GET',
    path: '/api/v1/packets/kept',
    summary: 'Whether the latest packets are kept, how many, and since when',
    tag: 'recordings',
    query: Type.Object({ interface: interfaceId() }),
    reply: Type.Object(
      {
        capacityBytes: Type.Integer({ minimum: 0, description: '0: none are kept' }),
        packets: Type.Integer({ minimum: 0 }),
        sinceMs: Type.Optional(Type.Number({ description: 'Time of the oldest, epoch milliseconds' })),
      },
      { title: 'KeptPackets' },
    ),
    handler: async ({ interface: id }) => (await questions.readOf(id).recordings.ring()) ?? { capacityBytes: 0, packets: 0 },
  })
