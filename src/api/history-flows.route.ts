import { ASK_TIMEOUT_MS, goneSignal, range } from './history-parameters.ts'
import { Type } from './json-schema.ts'
import { limit } from './query-parameters.ts'
import { type Deps, route } from './route.ts'
import { flowAnswer } from './schemas.ts'

const MAX_LIMIT = 1000
const MAX_OFFSET = 100_000

export default ({ history }: Deps) =>
  route({
    method: 'GET',
    path: '/api/v1/history/flows',
    summary: 'Records of past flows: one when a flow ends, and one every five minutes while it lasts',
    tag: 'history',
    query: Type.Object({
      ...range(),
      sort: Type.String({ maxLength: 64, default: 'lastSeen', description: 'A field of flows that is kept' }),
      order: Type.Enum(['asc', 'desc'], { default: 'desc' }),
      limit: limit(MAX_LIMIT, 100),
      offset: Type.Integer({ minimum: 0, maximum: MAX_OFFSET, default: 0 }),
    }),
    reply: flowAnswer,
    timeoutMs: ASK_TIMEOUT_MS,
    handler: ({ from, to, order, ...rest }, request) =>
      history.ask({ kind: 'records', fromMs: from, toMs: to, descending: order === 'desc', ...rest }, goneSignal(request)),
  })
