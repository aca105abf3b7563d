import { Type } from './json-schema.ts'
import { recordingInfo, shown } from './recording-parameters.ts'
import { type Deps, route } from './route.ts'

export default ({ recordings }: Deps) =>
  route({
    method: 'GET',
    path: '/api/v1/recordings',
    summary: 'All recordings, with how far they are and why they ended',
    tag: 'recordings',
    reply: Type.Object({ recordings: Type.Array(recordingInfo) }),
    handler: () => ({ recordings: recordings.list().map(shown) }),
  })
