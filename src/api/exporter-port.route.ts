import { ApiError } from './errors.ts'
import { exporterParams } from './exporter.route.ts'
import { Type } from './json-schema.ts'
import { interfaceId } from './query-parameters.ts'
import { type Deps, route } from './route.ts'
import { series } from './schemas.ts'

const MAX_POINTS = 3600

export default ({ questions }: Deps) =>
  route({
    method: 'GET',
    path: '/api/v1/exporters/:number/interfaces/:ifIndex/series',
    summary: 'What an interface of an exporter carried over the last hour, in columns',
    tag: 'details',
    params: Type.Object({
      ...exporterParams.properties,
      ifIndex: Type.Integer({ minimum: 0, maximum: 4_294_967_295, description: 'Its SNMP ifIndex' }),
    }),
    query: Type.Object({
      interface: interfaceId(),
      points: Type.Integer({
        minimum: 1,
        maximum: MAX_POINTS,
        default: 600,
        description: 'At most so many; each is then the mean of several seconds',
      }),
    }),
    reply: series,
    handler: async ({ number, ifIndex, interface: id, points }) => {
      const found = await questions.ask(id, 'exporterPort', { number, ifIndex, points })
      if (found === null)
        throw new ApiError('not-found', `exporter ${number} has no interface ${ifIndex} that carries something`, { field: 'ifIndex' })
      return found
    },
  })
