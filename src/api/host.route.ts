import { ApiError } from './errors.ts'
import { hostAddress, hostText, hostVlan, readHostAddress } from './host-address.ts'
import { Type } from './json-schema.ts'
import { interfaceId } from './query-parameters.ts'
import { type Deps, route } from './route.ts'
import { hostDetail } from './schemas.ts'

export default ({ questions }: Deps) =>
  route({
    method: 'GET',
    path: '/api/v1/hosts/:address',
    summary: 'Everything known of one live host',
    tag: 'details',
    params: Type.Object({ address: hostAddress() }),
    query: Type.Object({ interface: interfaceId(), vlan: hostVlan() }),
    reply: hostDetail,
    handler: async ({ address, vlan, interface: id }) => {
      const wanted = readHostAddress(address, vlan, 'address')
      const host = await questions.ask(id, 'host', wanted)
      if (host === null) throw new ApiError('not-found', `there is no live host ${hostText(wanted)}`, { field: 'address' })
      return host
    },
  })
