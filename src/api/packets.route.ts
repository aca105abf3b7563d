import { Type } from './json-schema.ts'
import { keptPackets } from './kept-packets.ts'
import { interfaceId } from './query-parameters.ts'
import { captureFile, captureFormat, MEDIA_TYPES, packetChoice, readChoice } from './recording-parameters.ts'
import { type Deps, route } from './route.ts'

const time = (description: string) => Type.Optional(Type.Number({ description: `${description}, epoch milliseconds` }))

export default ({ questions }: Deps) =>
  route({
    method: 'GET',
    path: '/api/v1/packets',
    summary: 'Packets that are still kept (--packet-ring), as a capture file, oldest first',
    tag: 'recordings',
    query: Type.Object({
      interface: interfaceId(),
      ...packetChoice(),
      from: time('Not before'),
      to: time('Not after'),
      format: captureFormat(),
    }),
    type: MEDIA_TYPES.pcapng,
    reply: captureFile,
    handler: ({ interface: id, from, to, format, ...choice }) => {
      const range = { ...(from !== undefined && { fromMs: from }), ...(to !== undefined && { toMs: to }) }
      return keptPackets(questions, id, { ...readChoice(choice), ...range, format })
    },
  })
