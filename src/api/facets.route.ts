import { type Entity, entities, type Fields } from '../lib/fields.ts'
import { ApiError } from './errors.ts'
import { Type } from './json-schema.ts'
import { quoted } from './parameters.ts'
import { entity, filter, interfaceId, limit } from './query-parameters.ts'
import { type Deps, route } from './route.ts'
import { facet } from './schemas.ts'

/** Each field is a map of its values, filled row by row. */
const MAX_FIELDS = 16

export default ({ questions }: Deps) =>
  route({
    method: 'GET',
    path: '/api/v1/facets',
    summary: 'The values with most bytes of some fields, among the rows that a filter lets through',
    tag: 'lists',
    query: Type.Object({
      interface: interfaceId(),
      entity: entity(),
      fields: Type.String({ minLength: 1, maxLength: 512, description: 'names of fields with commas between', examples: ['app,server'] }),
      filter: filter(),
      limit: limit(100, 5),
    }),
    reply: Type.Object({ facets: Type.Array(facet) }),
    handler: async ({ interface: id, fields, ...ask }) => ({
      facets: await questions.ask(id, 'facets', { ...ask, fields: fieldNames(fields, ask.entity) }),
    }),
  })

function fieldNames(text: string, entity: Entity): string[] {
  const known: Fields = entities[entity]
  const names = [...new Set(text.split(',').map((name) => name.trim()))]
  if (names.length > MAX_FIELDS) throw new ApiError('bad-parameter', `at most ${MAX_FIELDS} fields at once`, { field: 'fields' })
  const unknown = names.find((name) => !Object.hasOwn(known, name))
  if (unknown === undefined) return names
  throw new ApiError('bad-parameter', `${entity} have no field ${quoted(unknown)}`, { field: 'fields', expected: Object.keys(known) })
}
