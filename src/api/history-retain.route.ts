import { Type } from './json-schema.ts'
import { receiveJson } from './receive-json.ts'
import { type Deps, route } from './route.ts'
import { storeStats } from './schemas.ts'

const MAX_BODY_BYTES = 1024
const DAY_MS = 86_400_000
const body = Type.Object({
  days: Type.Optional(Type.Integer({ minimum: 1, maximum: 3660, description: 'Older records go' })),
  bytes: Type.Optional(Type.Integer({ minimum: 1_000_000, maximum: Number.MAX_SAFE_INTEGER, description: 'Of more the oldest go' })),
})

export default ({ history }: Deps) =>
  route({
    method: 'PATCH',
    path: '/api/v1/history',
    summary: 'Say how much is kept of the past, at once and over a restart; options that are changed later hold again',
    tag: 'history',
    body,
    reply: Type.Object({ store: storeStats }),
    handler: async (_ask, request) => {
      const { days, bytes } = await receiveJson(request, body, MAX_BODY_BYTES)
      return {
        store: history.retain({ ...(days !== undefined && { maxAgeMs: days * DAY_MS }), ...(bytes !== undefined && { maxBytes: bytes }) }),
      }
    },
  })
