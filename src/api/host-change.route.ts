import { MAX_GIVEN_NAME } from '../lib/host-naming.ts'
import { showable } from '../lib/text.ts'
import { ApiError } from './errors.ts'
import { hostAddress, readHostAddress } from './host-address.ts'
import { Type } from './json-schema.ts'
import { type Deps, route } from './route.ts'

export default ({ questions }: Deps) =>
  route({
    method: 'PATCH',
    path: '/api/v1/hosts/:address',
    summary: 'Say what a host is called, on every interface and in every VLAN; it need not be there now',
    tag: 'details',
    params: Type.Object({ address: hostAddress() }),
    query: Type.Object({
      name: Type.String({ maxLength: MAX_GIVEN_NAME, description: 'Its name from now on; empty for what is learned of it' }),
    }),
    handler: ({ address: text, name: said }) => {
      const { address } = readHostAddress(text, undefined, 'address')
      const name = said.trim()
      if (showable(name) !== name) throw new ApiError('bad-parameter', 'name has a character that cannot be seen', { field: 'name' })
      if (!questions.live.nameHost(address, name))
        throw new ApiError('too-many', 'as many hosts have names as can be kept: take away one that nobody needs', { field: 'name' })
    },
  })
