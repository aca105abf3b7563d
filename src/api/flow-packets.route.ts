import { Type } from './json-schema.ts'
import { keptPackets } from './kept-packets.ts'
import { interfaceId } from './query-parameters.ts'
import { captureFile, captureFormat, MEDIA_TYPES } from './recording-parameters.ts'
import { type Deps, route } from './route.ts'

export default ({ questions }: Deps) =>
  route({
    method: 'GET',
    path: '/api/v1/flows/:id/packets',
    summary: 'Packets of a flow that are still kept (--packet-ring), as a capture file; the flow itself may have ended',
    tag: 'recordings',
    params: Type.Object({ id: Type.String({ minLength: 1, maxLength: 64, description: 'As a list of flows gave it' }) }),
    query: Type.Object({ interface: interfaceId(), format: captureFormat() }),
    type: MEDIA_TYPES.pcapng,
    reply: captureFile,
    handler: ({ id, interface: ofInterface, format }) => keptPackets(questions, ofInterface, { flow: id, format }, 'id'),
  })
