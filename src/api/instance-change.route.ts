import type { InstanceInfo } from '../lib/instances.ts'
import { asApiFault, instance, instanceParams, MAX_BODY_BYTES, settings, unknownInstance } from './instance-schemas.ts'
import { Type } from './json-schema.ts'
import { receiveJson } from './receive-json.ts'
import { type Deps, route } from './route.ts'

const body = Type.Object({ ...settings, url: Type.Optional(settings.url) })

export default ({ instances }: Deps) =>
  route({
    method: 'PATCH',
    path: '/api/v1/instances/:id',
    summary:
      'Say something else of an instance; empty texts take token and certificate away, as does another host unless they are said anew',
    tag: 'instances',
    params: instanceParams,
    body,
    reply: instance,
    handler: async ({ id }, request): Promise<InstanceInfo> => {
      const said = await receiveJson(request, body, MAX_BODY_BYTES)
      const changed = await instances.change(id, said).catch((error: unknown) => Promise.reject(asApiFault(error)))
      if (changed === undefined) throw unknownInstance()
      return changed
    },
  })
