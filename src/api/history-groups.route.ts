import { DIMENSIONS, MAX_DIMENSIONS, MEASURES } from '../lib/history.ts'
import { ASK_TIMEOUT_MS, goneSignal, range, words, wordsOf } from './history-parameters.ts'
import { Type } from './json-schema.ts'
import { type Deps, route } from './route.ts'
import { flowAnswer } from './schemas.ts'

const MAX_GROUPS = 10_000
const MAX_STEPS = 5000
const SECOND_MS = 1000

export default ({ history }: Deps) =>
  route({
    method: 'GET',
    path: '/api/v1/history/groups',
    summary: 'Sums of past flows: the top groups by the first measure, all others as one, as totals or in the course of time',
    tag: 'history',
    query: Type.Object({
      ...range(),
      by: Type.Optional(words(`Up to ${MAX_DIMENSIONS} of ${DIMENSIONS.join(', ')}, with commas between; none: all together`)),
      measures: Type.String({ maxLength: 256, default: 'bytes', description: `Some of ${MEASURES.join(', ')}, with commas between` }),
      step: Type.Optional(Type.Integer({ minimum: 1, description: 'Seconds of a step, where a course of time is wanted' })),
      limit: Type.Integer({ minimum: 1, maximum: MAX_GROUPS, default: 10 }),
    }),
    reply: flowAnswer,
    timeoutMs: ASK_TIMEOUT_MS,
    handler: ({ from, to, by = '', measures, step, ...rest }, request) => {
      // More steps than anybody can look at are made fewer.
      const stepMs = step === undefined ? undefined : SECOND_MS * Math.max(step, Math.ceil((to - from) / SECOND_MS / MAX_STEPS))
      return history.ask(
        {
          kind: 'groups',
          fromMs: from,
          toMs: to,
          by: wordsOf('by', by, DIMENSIONS, MAX_DIMENSIONS),
          measures: wordsOf('measures', measures || 'bytes', MEASURES, MEASURES.length),
          ...(stepMs !== undefined && { stepMs }),
          ...rest,
        },
        goneSignal(request),
      )
    },
  })
