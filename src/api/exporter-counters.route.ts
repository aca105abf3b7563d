import { ApiError } from './errors.ts'
import { exporterParams } from './exporter.route.ts'
import { Type } from './json-schema.ts'
import { interfaceId } from './query-parameters.ts'
import { type Deps, route } from './route.ts'
import { counterCourse } from './schemas.ts'

export default ({ questions }: Deps) =>
  route({
    method: 'GET',
    path: '/api/v1/exporters/:number/counters',
    summary: 'What an exporter counts itself (processor, memory, VLANs; or of one of its interfaces), now and over the last hour',
    tag: 'details',
    params: exporterParams,
    query: Type.Object({
      interface: interfaceId(),
      ifIndex: Type.Optional(Type.Integer({ minimum: 0, maximum: 4_294_967_295, description: 'SNMP ifIndex of one of its interfaces' })),
    }),
    reply: Type.Object({ counters: Type.Array(counterCourse) }),
    handler: async ({ number, interface: id, ifIndex }) => {
      const counters = await questions.ask(id, 'exporterCounters', { number, ...(ifIndex !== undefined && { ifIndex }) })
      if (counters !== null) return { counters }
      throw new ApiError(
        'not-found',
        ifIndex === undefined ? `there is no exporter ${number}` : `exporter ${number} has no interface ${ifIndex}`,
        {
          field: ifIndex === undefined ? 'number' : 'ifIndex',
        },
      )
    },
  })
