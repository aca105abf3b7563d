import { isOngoing } from '../lib/live.ts'
import { ApiError } from './errors.ts'
import { interfaceParams } from './interface.route.ts'
import { Type } from './json-schema.ts'
import { type Deps, route } from './route.ts'
import { interfaceInfo } from './schemas.ts'

const MAX_NAME = 64

export default ({ questions }: Deps) =>
  route({
    method: 'PATCH',
    path: '/api/v1/interfaces/:id',
    summary: 'Rename an interface, or enable and disable a live one; a disabled one captures nothing and forgets what it has seen',
    tag: 'interfaces',
    params: interfaceParams,
    query: Type.Object({
      name: Type.Optional(Type.String({ minLength: 1, maxLength: MAX_NAME, description: 'Its new name' })),
      enabled: Type.Optional(Type.Boolean({ description: 'Whether it captures' })),
    }),
    reply: interfaceInfo,
    handler: async ({ id, name, enabled }) => {
      const { live } = questions
      const { info } = questions.ownOf(id)
      if (enabled !== undefined && !isOngoing(info.kind))
        throw new ApiError('not-live', `${info.name} is a capture: only interfaces of the machine can be disabled`, { field: 'enabled' })
      if (name?.trim() === '') throw new ApiError('bad-parameter', 'name must have a character that can be seen', { field: 'name' })
      if (name !== undefined) live.rename(id, name.trim())
      if (enabled !== undefined) await live.setEnabled(id, enabled)
      return questions.interfaceOf(id).info
    },
  })
