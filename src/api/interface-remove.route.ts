import { ApiError } from './errors.ts'
import { interfaceParams } from './interface.route.ts'
import { type Deps, route } from './route.ts'

export default ({ questions }: Deps) =>
  route({
    method: 'DELETE',
    path: '/api/v1/interfaces/:id',
    summary: 'Remove an uploaded capture, or stop to capture an interface of the machine',
    tag: 'interfaces',
    params: interfaceParams,
    handler: async ({ id }) => {
      const { kind, name } = questions.ownOf(id).info
      if (kind === 'capture-file')
        throw new ApiError(
          'not-removable',
          `${name} was given at the start: only an uploaded capture and a live interface can be removed`,
          {
            field: 'id',
          },
        )
      await questions.live.remove(id)
    },
  })
