import { ApiError } from './errors.ts'
import { asApiFault, instanceParams, unknownInstance } from './instance-schemas.ts'
import { type Deps, route } from './route.ts'

export default ({ instances }: Deps) =>
  route({
    method: 'DELETE',
    path: '/api/v1/instances/:id',
    summary: 'Look at an instance no longer',
    tag: 'instances',
    params: instanceParams,
    handler: async ({ id }) => {
      const one = instances.get(id)
      if (one?.isGiven)
        throw new ApiError('not-removable', `${one.name} was given at the start: take it from the command line`, { field: 'id' })
      const removed = await instances.remove(id).catch((error: unknown) => Promise.reject(asApiFault(error)))
      if (!removed) throw unknownInstance()
    },
  })
