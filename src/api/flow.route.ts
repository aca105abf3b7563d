import { ApiError } from './errors.ts'
import { Type } from './json-schema.ts'
import { quoted } from './parameters.ts'
import { interfaceId } from './query-parameters.ts'
import { type Deps, route } from './route.ts'
import { flowDetail } from './schemas.ts'

export default ({ questions }: Deps) =>
  route({
    method: 'GET',
    path: '/api/v1/flows/:id',
    summary: 'Everything known of one live flow',
    tag: 'details',
    params: Type.Object({ id: Type.String({ minLength: 1, maxLength: 64, description: 'As a list of flows gave it' }) }),
    query: Type.Object({ interface: interfaceId() }),
    reply: flowDetail,
    handler: async ({ id, interface: ofInterface }) => {
      const flow = await questions.ask(ofInterface, 'flow', { id })
      if (flow === null) throw new ApiError('not-found', `there is no live flow ${quoted(id)}; it may have ended`, { field: 'id' })
      return flow
    },
  })
