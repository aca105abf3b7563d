import { ApiError } from './errors.ts'
import { interfaceParams } from './interface.route.ts'
import { type Deps, route } from './route.ts'

export default ({ questions }: Deps) =>
  route({
    method: 'DELETE',
    path: '/api/v1/interfaces/:id',
    summary: 'Remove an uploaded capture',
    tag: 'interfaces',
    params: interfaceParams,
    handler: async ({ id }) => {
      const { kind, name } = questions.interfaceOf(id).info
      if (kind !== 'upload')
        throw new ApiError('not-removable', `${name} was given at the start; only an uploaded capture can be removed`, { field: 'id' })
      await questions.live.remove(id)
    },
  })
