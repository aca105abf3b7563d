import { ApiError } from './errors.ts'
import { Type } from './json-schema.ts'
import { type Deps, route } from './route.ts'
import { interfaceInfo } from './schemas.ts'

export default ({ questions }: Deps) =>
  route({
    method: 'POST',
    path: '/api/v1/devices/:name/capture',
    summary: 'Begin to capture a network interface of this machine; it becomes an interface of its own',
    tag: 'interfaces',
    params: Type.Object({ name: Type.String({ minLength: 1, maxLength: 64 }) }),
    status: 201,
    reply: interfaceInfo,
    handler: ({ name }) => {
      const { live } = questions
      const devices = live.devices()
      if (!devices.some((device) => device.name === name))
        throw new ApiError('not-found', 'there is no such network interface', {
          field: 'name',
          expected: devices.map((device) => device.name),
        })
      if (live.captureRefusal !== undefined) throw new ApiError('cannot-capture', live.captureRefusal)
      if (live.interfaces().some(({ info }) => info.device?.names.includes(name)))
        throw new ApiError('captured-already', `${name} is captured already`, { field: 'name' })
      return live.capture(name, [name]).info
    },
  })
