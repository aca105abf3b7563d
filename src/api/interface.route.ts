import { Type } from './json-schema.ts'
import { entryOf } from './questioner.ts'
import { type Deps, route } from './route.ts'
import { interfaceDetail } from './schemas.ts'

export const interfaceParams = Type.Object({ id: Type.Integer({ minimum: 0 }) })

export default ({ questions }: Deps) =>
  route({
    method: 'GET',
    path: '/api/v1/interfaces/:id',
    summary: 'One interface with its figures, packet sizes and damage by name',
    tag: 'interfaces',
    params: interfaceParams,
    reply: interfaceDetail,
    handler: async ({ id }) => {
      const entry = entryOf(questions.interfaceOf(id))
      // Nobody could answer for a failed or disabled one, and its page is where that is read.
      if (entry.state === 'failed' || entry.state === 'disabled') return entry
      const [malformed, sizes] = await Promise.all([questions.ask(id, 'malformed', {}), questions.ask(id, 'sizes', {})])
      return { ...entry, malformed, sizes }
    },
  })
