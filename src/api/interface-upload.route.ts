import { ApiError } from './errors.ts'
import { Type } from './json-schema.ts'
import { type Deps, route } from './route.ts'
import { interfaceInfo } from './schemas.ts'
import { receiveUpload, removeQuietly, uploadName } from './upload.ts'

/** Each is a file on the disk and tables in memory. */
const MAX_UPLOADED = 16
const MAX_AT_ONCE = 4
/** A large capture over a slow line. */
const TIMEOUT_MS = 3_600_000

export default ({ questions, server }: Deps) => {
  let running = 0
  return route({
    method: 'POST',
    path: '/api/v1/interfaces',
    summary: 'Send a capture (pcap or pcapng, also packed with gzip or zstd); it becomes an interface of its own',
    tag: 'interfaces',
    query: Type.Object({ name: Type.String({ default: '', maxLength: 1024, description: 'Name of the file' }) }),
    body: 'bytes',
    timeoutMs: TIMEOUT_MS,
    status: 201,
    reply: interfaceInfo,
    handler: async ({ name }, request) => {
      const { live } = questions
      if (live.interfaces().filter(({ info }) => info.kind === 'upload').length + running >= MAX_UPLOADED)
        throw new ApiError('too-many', `${MAX_UPLOADED} uploaded captures are kept at most; remove one first`)
      if (running >= MAX_AT_ONCE)
        throw new ApiError('busy', `${MAX_AT_ONCE} captures are being sent already; try again when one is through`)
      running++
      try {
        const path = await receiveUpload(request.raw, server.uploadDir, server.maxUploadBytes)
        try {
          return live.upload(uploadName(name), path).info
        } catch (error) {
          await removeQuietly(path)
          throw error
        }
      } finally {
        running--
      }
    },
  })
}
