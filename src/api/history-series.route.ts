import { SERIES_KINDS, type SeriesKind } from '../lib/series-points.ts'
import { ASK_TIMEOUT_MS } from './history-parameters.ts'
import { Type } from './json-schema.ts'
import { interfaceId } from './query-parameters.ts'
import { type Deps, route } from './route.ts'
import { keptSeries } from './schemas.ts'

const MAX_POINTS = 5000
const MAX_TOP = 100
const MAX_NAMES = 20_000
export const seriesKind = () => Type.Enum(Object.keys(SERIES_KINDS) as SeriesKind[], { description: 'What has series' })

export default ({ series }: Deps) =>
  route({
    method: 'GET',
    path: '/api/v1/history/series',
    summary: 'The course of time as it is kept: by the minute for a day, by five minutes for 90 days, by the hour for two years',
    tag: 'history',
    query: Type.Object({
      from: Type.Integer({ minimum: 0, description: 'Epoch milliseconds' }),
      to: Type.Integer({ minimum: 0, description: 'Epoch milliseconds; not part of the range' }),
      interface: interfaceId(),
      kind: seriesKind(),
      name: Type.Optional(
        Type.String({
          maxLength: MAX_NAMES,
          description: 'Names of series, with line feeds between; left out: those with most',
        }),
      ),
      prefix: Type.String({ default: '', maxLength: 200, description: 'How names begin, where none is named' }),
      top: Type.Integer({ minimum: 1, maximum: MAX_TOP, default: 10, description: 'How many, where none is named' }),
      points: Type.Integer({ minimum: 1, maximum: MAX_POINTS, default: 600, description: 'At most so many' }),
      expected: Type.Boolean({ default: false, description: 'Also what was to be expected of the first metric, from the course before' }),
    }),
    reply: keptSeries,
    timeoutMs: ASK_TIMEOUT_MS,
    handler: ({ from, to, name, ...ask }) =>
      series.read({ ...ask, fromMs: from, toMs: to, ...(name !== undefined && { names: [...new Set(name.split('\n'))] }) }),
  })
