import { ApiError } from './errors.ts'
import { captureFile, MEDIA_TYPES, recordingOf, recordingParams } from './recording-parameters.ts'
import { Attachment, type Deps, route } from './route.ts'

export default ({ recordings }: Deps) =>
  route({
    method: 'GET',
    path: '/api/v1/recordings/:id/packets',
    summary: 'The packets of a recording as a capture file; while it runs, as they come',
    tag: 'recordings',
    params: recordingParams,
    type: MEDIA_TYPES.pcapng,
    reply: captureFile,
    handler: async ({ id }, request) => {
      const { fileName, ask, failure } = recordingOf(recordings, id)
      const bytes = recordings.read(id)
      if (bytes === undefined) throw new ApiError('not-found', `recording ${id} has no file: ${failure}`, { field: 'id' })
      // Nothing moves on the connection while nothing is recorded; the recording is bounded in time.
      request.raw.socket.setTimeout(0)
      return new Attachment(fileName, bytes, () => undefined, MEDIA_TYPES[ask.format])
    },
  })
