import { AGGREGATION_FAMILIES, AGGREGATION_KINDS } from '../lib/aggregations.ts'
import { ApiError } from './errors.ts'
import { Type } from './json-schema.ts'
import { quoted } from './parameters.ts'
import { interfaceId } from './query-parameters.ts'
import { type Deps, route } from './route.ts'
import { aggregationDetail } from './schemas.ts'

const PROTOCOLS = [...new Set(AGGREGATION_FAMILIES.map(({ protocol }) => protocol))]
/** Of a domain name (RFC 1035 §2.3.4), and no other name is longer. */
const MAX_NAME = 255

export default ({ questions }: Deps) =>
  route({
    method: 'GET',
    path: '/api/v1/aggregation',
    summary: 'A name that was asked for over the last day, with the hosts that asked most often',
    tag: 'details',
    query: Type.Object({
      interface: interfaceId(),
      kind: Type.Enum([...AGGREGATION_KINDS], { default: 'domain' }),
      protocol: Type.Enum(PROTOCOLS, { default: 'DNS' }),
      name: Type.String({ minLength: 1, maxLength: MAX_NAME }),
    }),
    reply: aggregationDetail,
    handler: async ({ interface: id, ...ask }) => {
      const found = await questions.ask(id, 'aggregation', ask)
      if (found === null) throw new ApiError('not-found', `nobody has asked for ${quoted(ask.name)} in the last day`, { field: 'name' })
      return found
    },
  })
