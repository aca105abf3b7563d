import { ApiError } from './errors.ts'
import { exporterParams } from './exporter.route.ts'
import { Type } from './json-schema.ts'
import { interfaceId } from './query-parameters.ts'
import { type Deps, route } from './route.ts'

const MAX_ALIAS = 64

export default ({ questions }: Deps) =>
  route({
    method: 'PATCH',
    path: '/api/v1/exporters/:number',
    summary: 'Say what an exporter is called: all that send from its address are',
    tag: 'details',
    params: exporterParams,
    query: Type.Object({
      interface: interfaceId(),
      alias: Type.String({ maxLength: MAX_ALIAS, description: 'Its name from now on; empty for none' }),
    }),
    handler: async ({ number, interface: id, alias }) => {
      const exporter = await questions.ask(id, 'exporter', { number })
      if (exporter === null) throw new ApiError('not-found', `there is no exporter ${number}`, { field: 'number' })
      questions.live.nameExporter(exporter.address, alias.trim())
    },
  })
