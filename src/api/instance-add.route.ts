import { asApiFault, instance, MAX_BODY_BYTES, settings } from './instance-schemas.ts'
import { Type } from './json-schema.ts'
import { receiveJson } from './receive-json.ts'
import { type Deps, route } from './route.ts'

const body = Type.Object(settings)

export default ({ instances }: Deps) =>
  route({
    method: 'POST',
    path: '/api/v1/instances',
    summary: 'Look at another wiretop too',
    tag: 'instances',
    body,
    reply: instance,
    status: 201,
    handler: async (_ask, request) => {
      const said = await receiveJson(request, body, MAX_BODY_BYTES)
      return instances.add(said).catch((error: unknown) => Promise.reject(asApiFault(error)))
    },
  })
