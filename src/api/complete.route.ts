import { type Entity, entities, type Fields } from '../lib/fields.ts'
import type { Facet } from '../lib/live.ts'
import { type CompletionOption, completeFilter, quoteValue } from '../query/filter.ts'
import { ApiError } from './errors.ts'
import { Type } from './json-schema.ts'
import { entity, interfaceId } from './query-parameters.ts'
import type { Questioner } from './questioner.ts'
import { type Deps, route } from './route.ts'

const MAX_LIVE_VALUES = 20
/** As long as a filter may be. */
const MAX_TEXT_LEN = 8192

const option = Type.Object({
  text: Type.String({ description: 'What is put in' }),
  label: Type.String(),
  detail: Type.String(),
  kind: Type.Enum(['field', 'operator', 'value', 'keyword']),
})

export default ({ questions }: Deps) =>
  route({
    method: 'GET',
    path: '/api/v1/complete',
    summary: 'What could be typed next in a filter, with values of the traffic now',
    tag: 'filters',
    query: Type.Object({
      interface: interfaceId(),
      entity: entity(),
      text: Type.String({ default: '', maxLength: MAX_TEXT_LEN, description: 'The filter so far' }),
      offset: Type.Optional(
        Type.Integer({ minimum: 0, maximum: MAX_TEXT_LEN, description: 'Where the cursor stands; at the end unless given' }),
      ),
    }),
    reply: Type.Object({
      from: Type.Integer({ minimum: 0, description: 'Start of what an option replaces' }),
      to: Type.Integer({ minimum: 0, description: 'End of what an option replaces' }),
      options: Type.Array(option),
    }),
    handler: async ({ interface: id, entity, text, offset }) => {
      const fields: Fields = entities[entity]
      const { from, to, options, values } = completeFilter(text, offset ?? text.length, fields)
      const live = values ? await liveValues(questions, id, entity, values) : []
      return { from, to, options: [...live, ...options] }
    },
  })

/** Completion goes on without the traffic's values when the interface cannot give them. */
async function liveValues(
  questions: Questioner,
  id: number | undefined,
  entity: Entity,
  { field, prefix }: { readonly field: string; readonly prefix: string },
): Promise<CompletionOption[]> {
  try {
    const facets = await questions.ask(id, 'facets', { entity, fields: [field], prefix, limit: MAX_LIVE_VALUES })
    return facets.flatMap(optionsOf)
  } catch (error) {
    if (error instanceof ApiError && error.code === 'not-found') throw error
    return []
  }
}

const optionsOf = ({ values }: Facet): CompletionOption[] =>
  values.map(({ value, rows }) => ({
    text: quoteValue(value),
    label: value,
    detail: `${rows} ${rows === 1 ? 'row' : 'rows'}`,
    kind: 'value',
  }))
