import { DEFAULT_SORT, type Entity } from '../lib/fields.ts'
import { Type } from './json-schema.ts'
import { ENTITIES, filter, interfaceId, limit } from './query-parameters.ts'
import { type Deps, route } from './route.ts'
import { listAnswer, shownFields } from './schemas.ts'

const MAX_LIMIT = 1000
const MAX_CURSOR_LEN = 4096

const ABOUT: Readonly<Record<Entity, string>> = {
  flows: 'Live flows',
  hosts: 'Live hosts',
  macs: 'Link addresses, with the hosts behind them',
  apps: 'Applications',
  categories: 'Categories of applications',
  l4: 'Layer-4 protocols',
  ports: 'Server ports',
  vlans: 'VLANs',
  nonip: 'Traffic without IP, by link addresses and ethertype',
  programs: 'Programs of this machine, by name, user, container and service',
  exporters: 'What sends flow records or samples to a collector',
  systems: 'Autonomous systems: live hosts added up by who announces their addresses',
  countries: 'Countries: live hosts added up by where their addresses are registered',
  aggregations: 'Names that are asked for, over the last day, with who asks',
  contacts: 'Who has contacted whom over the last day',
  talkers: 'Who talks to whom: live flows added up by the two hosts',
}

export default ({ questions }: Deps) =>
  ENTITIES.map((entity) =>
    route({
      method: 'GET',
      path: `/api/v1/${entity}`,
      summary: ABOUT[entity],
      tag: 'lists',
      query: Type.Object({
        interface: interfaceId(),
        filter: filter(),
        sort: Type.Enum(
          shownFields(entity).map(([name]) => name),
          { default: DEFAULT_SORT[entity] },
        ),
        order: Type.Enum(['asc', 'desc'], { default: 'desc' }),
        limit: limit(MAX_LIMIT, 100),
        cursor: Type.Optional(Type.String({ maxLength: MAX_CURSOR_LEN, description: 'As the answer before gave it' })),
      }),
      reply: listAnswer(entity),
      handler: ({ interface: id, ...ask }) => questions.ask(id, 'list', { entity, ...ask }),
    }),
  )
