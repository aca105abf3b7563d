import { ApiError } from './errors.ts'
import { Type } from './json-schema.ts'
import { interfaceId } from './query-parameters.ts'
import { type Deps, route } from './route.ts'
import { exporterInfo } from './schemas.ts'

/** Of all interfaces together the numbers of exporters are larger. */
const MAX_NUMBER = 2 ** 40

export const exporterParams = Type.Object({
  number: Type.Integer({ minimum: 0, maximum: MAX_NUMBER, description: 'As a list of exporters gave it' }),
})

export default ({ questions }: Deps) =>
  route({
    method: 'GET',
    path: '/api/v1/exporters/:number',
    summary: 'Everything known of one exporter, with its interfaces and what was wrong with what it sent',
    tag: 'details',
    params: exporterParams,
    query: Type.Object({ interface: interfaceId() }),
    reply: exporterInfo,
    handler: async ({ number, interface: id }) => {
      const exporter = await questions.ask(id, 'exporter', { number })
      if (exporter === null) throw new ApiError('not-found', `there is no exporter ${number}`, { field: 'number' })
      return exporter
    },
  })
