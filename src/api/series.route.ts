import { SERIES_NAMES } from '../lib/live.ts'
import { Type } from './json-schema.ts'
import { interfaceId } from './query-parameters.ts'
import { type Deps, route } from './route.ts'
import { series } from './schemas.ts'

/** One point a second is kept for an hour. */
const MAX_SECONDS = 3600
const MAX_TOP = 50

export default ({ questions }: Deps) =>
  route({
    method: 'GET',
    path: '/api/v1/series',
    summary: 'The course of the last hour, in columns',
    tag: 'interfaces',
    query: Type.Object({
      interface: interfaceId(),
      of: Type.Enum([...SERIES_NAMES], { default: 'traffic' }),
      seconds: Type.Integer({ minimum: 1, maximum: MAX_SECONDS, default: MAX_SECONDS, description: 'How far back' }),
      points: Type.Integer({
        minimum: 1,
        maximum: MAX_SECONDS,
        default: 600,
        description: 'At most so many; each is then the mean of several seconds',
      }),
      top: Type.Integer({ minimum: 1, maximum: MAX_TOP, default: 8, description: 'Applications with a column of their own' }),
    }),
    reply: series,
    handler: ({ interface: id, ...ask }) => questions.ask(id, 'series', ask),
  })
