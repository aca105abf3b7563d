import { ApiError } from './errors.ts'
import { hostAddress, hostText, hostVlan, readHostAddress } from './host-address.ts'
import { Type } from './json-schema.ts'
import { interfaceId } from './query-parameters.ts'
import { type Deps, route } from './route.ts'
import { hostSeries } from './schemas.ts'

/** One point a second is kept for an hour. */
const MAX_SECONDS = 3600

export default ({ questions }: Deps) =>
  route({
    method: 'GET',
    path: '/api/v1/hosts/:address/series',
    summary: 'The course of one host, second by second; asking for it makes it be kept, for an hour from then on',
    tag: 'details',
    params: Type.Object({ address: hostAddress() }),
    query: Type.Object({
      interface: interfaceId(),
      vlan: hostVlan(),
      seconds: Type.Integer({ minimum: 1, maximum: MAX_SECONDS, default: MAX_SECONDS, description: 'How far back' }),
      points: Type.Integer({
        minimum: 1,
        maximum: MAX_SECONDS,
        default: 600,
        description: 'At most so many; each is then the mean of several seconds',
      }),
    }),
    reply: hostSeries,
    handler: async ({ address, vlan, interface: id, seconds, points }) => {
      const wanted = readHostAddress(address, vlan, 'address')
      const series = await questions.ask(id, 'hostSeries', { ...wanted, seconds, points })
      if (series === null) throw new ApiError('not-found', `there is no live host ${hostText(wanted)}`, { field: 'address' })
      return series
    },
  })
