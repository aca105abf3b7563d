import { Type } from 'typebox'
import { entryOf } from './questioner.ts'
import { type Deps, route } from './route.ts'
import { interfaceEntry } from './schemas.ts'

export default ({ questions }: Deps) =>
  route({
    method: 'GET',
    path: '/api/v1/interfaces',
    summary: 'All interfaces with their figures',
    tag: 'interfaces',
    reply: Type.Object({ interfaces: Type.Array(interfaceEntry) }),
    handler: () => ({ interfaces: questions.live.interfaces().map(entryOf) }),
  })
