import { Type } from './json-schema.ts'
import { type Deps, route } from './route.ts'
import { deviceInfo } from './schemas.ts'

export default ({ questions }: Deps) =>
  route({
    method: 'GET',
    path: '/api/v1/devices',
    summary: 'Network interfaces of this machine, also those that nobody captures',
    tag: 'interfaces',
    reply: Type.Object({
      devices: Type.Array(deviceInfo),
      refusal: Type.Optional(Type.String({ description: 'Why none of them can be captured, and what to do about it' })),
    }),
    handler: () => {
      const { live } = questions
      const { captureRefusal } = live
      return { devices: live.devices(), ...(captureRefusal !== undefined && { refusal: captureRefusal }) }
    },
  })
