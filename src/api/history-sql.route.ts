import { ASK_TIMEOUT_MS, goneSignal } from './history-parameters.ts'
import { Type } from './json-schema.ts'
import { receiveJson } from './receive-json.ts'
import { type Deps, route } from './route.ts'
import { sqlAnswer } from './schemas.ts'

const MAX_BODY_BYTES = 70_000
const body = Type.Object({ sql: Type.String({ minLength: 1, maxLength: 65_536, description: 'One SELECT; the records are in flows' }) })

export default ({ history }: Deps) =>
  route({
    method: 'POST',
    path: '/api/v1/history/sql',
    summary: 'SQL over the records of past flows: one SELECT, which can read nothing else',
    tag: 'history',
    body,
    reply: sqlAnswer,
    timeoutMs: ASK_TIMEOUT_MS,
    handler: async (_ask, request) => history.sql((await receiveJson(request, body, MAX_BODY_BYTES)).sql, goneSignal(request)),
  })
