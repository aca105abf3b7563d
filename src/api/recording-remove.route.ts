import { recordingOf, recordingParams } from './recording-parameters.ts'
import { type Deps, route } from './route.ts'

export default ({ recordings }: Deps) =>
  route({
    method: 'DELETE',
    path: '/api/v1/recordings/:id',
    summary: 'Cancel a recording and remove what was recorded',
    tag: 'recordings',
    params: recordingParams,
    handler: async ({ id }) => {
      recordingOf(recordings, id)
      await recordings.remove(id)
    },
  })
