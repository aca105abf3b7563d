import { recordingInfo, recordingOf, recordingParams, shown } from './recording-parameters.ts'
import { type Deps, route } from './route.ts'

export default ({ recordings }: Deps) =>
  route({
    method: 'POST',
    path: '/api/v1/recordings/:id/stop',
    summary: 'End a recording; what was recorded stays',
    tag: 'recordings',
    params: recordingParams,
    reply: recordingInfo,
    handler: ({ id }) => {
      recordingOf(recordings, id)
      recordings.stop(id)
      return shown(recordingOf(recordings, id))
    },
  })
