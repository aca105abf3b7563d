import { Type } from './json-schema.ts'
import { interfacesOf } from './questioner.ts'
import { type Deps, route } from './route.ts'
import { interfaceEntry } from './schemas.ts'

export default ({ questions }: Deps) =>
  route({
    method: 'GET',
    path: '/api/v1/interfaces',
    summary: 'All interfaces with their figures; `all`: how they are asked as one, where there are several',
    tag: 'interfaces',
    reply: Type.Object({
      interfaces: Type.Array(interfaceEntry),
      all: Type.Optional(interfaceEntry),
    }),
    handler: () => interfacesOf(questions.live),
  })
