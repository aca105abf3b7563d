import { recordingInfo, recordingOf, recordingParams, shown } from './recording-parameters.ts'
import { type Deps, route } from './route.ts'

export default ({ recordings }: Deps) =>
  route({
    method: 'GET',
    path: '/api/v1/recordings/:id',
    summary: 'One recording, with how far it is',
    tag: 'recordings',
    params: recordingParams,
    reply: recordingInfo,
    handler: ({ id }) => shown(recordingOf(recordings, id)),
  })
