import type { InstancesAnswer } from '../lib/instances.ts'
import { instance } from './instance-schemas.ts'
import { Type } from './json-schema.ts'
import { type Deps, route } from './route.ts'

const answer = Type.Unsafe<InstancesAnswer>(
  Type.Object({
    nowMs: Type.Number({ description: 'Epoch milliseconds' }),
    instances: Type.Array(instance),
    file: Type.Optional(Type.String({ description: 'Where the list is kept; absent: nowhere, it lasts as long as the program' })),
  }),
)

export default ({ instances }: Deps) =>
  route({
    method: 'GET',
    path: '/api/v1/instances',
    summary: 'Other wiretops: their state and figures; while somebody asks for these they are fresh to two seconds',
    tag: 'instances',
    reply: answer,
    handler: () => instances.look(),
  })
