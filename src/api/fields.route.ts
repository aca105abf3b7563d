import { DEFAULT_SORT, entities, type Field, type Fields } from '../lib/fields.ts'
import { type TSchema, Type } from './json-schema.ts'
import { ENTITIES } from './query-parameters.ts'
import { route } from './route.ts'

const field = Type.Object(
  {
    name: Type.String(),
    kind: Type.String({ description: 'Decides how the field is compared, sorted and formatted' }),
    label: Type.String(),
    about: Type.String(),
    choices: Type.Optional(Type.Array(Type.String())),
    optional: Type.Optional(Type.Boolean({ description: 'Absent where it was not seen' })),
    anyOf: Type.Optional(
      Type.Array(Type.String(), { description: 'A word of the filter language alone: it stands for any of these fields' }),
    ),
  },
  { title: 'Field' },
)
const table = Type.Object({ defaultSort: Type.String(), fields: Type.Array(field) }, { title: 'Fields' })
type Described = Field & { readonly name: string }

const described = (fields: Fields): Described[] => Object.entries(fields).map(([name, one]) => ({ name, ...one }))
const glossary = Object.fromEntries(
  ENTITIES.map((entity) => [entity, { defaultSort: DEFAULT_SORT[entity], fields: described(entities[entity]) }]),
)

export default () =>
  route({
    method: 'GET',
    path: '/api/v1/fields',
    summary: 'The glossary: the fields of every table, as lists and filters name them',
    tag: 'filters',
    reply: Type.Object(Object.fromEntries(ENTITIES.map((entity) => [entity, table as TSchema]))),
    handler: () => glossary,
  })
