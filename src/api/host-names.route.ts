import { Type } from './json-schema.ts'
import { type Deps, route } from './route.ts'

export default ({ questions }: Deps) =>
  route({
    method: 'GET',
    path: '/api/v1/host-names',
    summary: 'What users call hosts, whether they are there now or not',
    tag: 'details',
    reply: Type.Object({ hosts: Type.Array(Type.Object({ address: Type.String(), name: Type.String() })) }),
    handler: () => ({ hosts: Object.entries(questions.live.hostNames).map(([address, name]) => ({ address, name })) }),
  })
