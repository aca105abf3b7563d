import { ACTIVITY_STEPS } from '../lib/activity.ts'
import { ApiError } from './errors.ts'
import { hostAddress, hostText, hostVlan, readHostAddress } from './host-address.ts'
import { Type } from './json-schema.ts'
import { interfaceId } from './query-parameters.ts'
import { type Deps, route } from './route.ts'
import { hostActivity } from './schemas.ts'

export default ({ questions }: Deps) =>
  route({
    method: 'GET',
    path: '/api/v1/hosts/:address/activity',
    summary: 'In which seconds of the last day a local host had traffic',
    tag: 'details',
    params: Type.Object({ address: hostAddress() }),
    query: Type.Object({
      interface: interfaceId(),
      vlan: hostVlan(),
      from: Type.Optional(Type.Number({ description: 'Epoch milliseconds; the last day unless given, by the second the last hour' })),
      to: Type.Optional(Type.Number({ description: 'Epoch milliseconds; now unless given' })),
      step: Type.Enum([...ACTIVITY_STEPS], { default: 'minute', description: 'minute: at most 26 hours; second: at most one' }),
    }),
    reply: hostActivity,
    handler: async ({ address, vlan, interface: id, from, to, step }) => {
      const wanted = readHostAddress(address, vlan, 'address')
      const times = { ...(from !== undefined && { fromMs: from }), ...(to !== undefined && { toMs: to }) }
      const activity = await questions.ask(id, 'activity', { ...wanted, ...times, step })
      if (activity === null)
        throw new ApiError('not-found', `no local host ${hostText(wanted)} was seen in the last day`, { field: 'address' })
      return activity
    },
  })
