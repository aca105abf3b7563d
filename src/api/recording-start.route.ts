import { hasNoPackets } from '../lib/live.ts'
import { StoreFull } from '../recording/recording-store.ts'
import { ApiError } from './errors.ts'
import { Type } from './json-schema.ts'
import { interfaceId } from './query-parameters.ts'
import { captureFormat, packetChoice, readChoice, recordingBounds, recordingInfo, shown } from './recording-parameters.ts'
import { type Deps, route } from './route.ts'

const ONE_OF_ALL = 'a packet may have been seen by several interfaces: record on one of them'

export default ({ questions, recordings }: Deps) =>
  route({
    method: 'POST',
    path: '/api/v1/recordings',
    summary: 'Record the packets of a host, of a flow, or of the flows that a filter lets through, from now on',
    tag: 'recordings',
    query: Type.Object({ interface: interfaceId(), ...packetChoice(), ...recordingBounds(), format: captureFormat() }),
    status: 201,
    reply: recordingInfo,
    handler: async ({ interface: id, maxPackets, maxBytes, maxSeconds, format, ...choice }) => {
      const from = questions.readOf(id)
      if (hasNoPackets(from.info.kind))
        throw new ApiError(
          'not-live',
          from.info.kind === 'all' ? ONE_OF_ALL : `${from.info.name} collects flows: it has no packets to record`,
        )
      const ask = { ...readChoice(choice), maxPackets, maxBytes, maxSeconds, format }
      try {
        return shown(await recordings.start(from, ask))
      } catch (error) {
        throw error instanceof StoreFull ? new ApiError('too-many', error.message) : error
      }
    },
  })
