/** What the routes of custom rules share. */
import { Type } from './json-schema.ts'

/** Ten thousand long lines. */
export const MAX_TEXT_BYTES = 4 * 1024 * 1024

export const kindParams = Type.Object({
  kind: Type.Enum(['applications', 'categories'], { description: 'Rules that name applications, or those that give categories' }),
})

const fault = Type.Object(
  {
    file: Type.String(),
    line: Type.Integer({ minimum: 1 }),
    column: Type.Integer({ minimum: 1 }),
    message: Type.String({ description: 'What is wrong, and what to do' }),
  },
  { title: 'RuleFault' },
)
export const customDocument = Type.Object(
  {
    kind: kindParams.properties.kind,
    file: Type.Optional(Type.String({ description: 'Where the text is kept; absent: nowhere, it lasts as long as the program' })),
    text: Type.String({ description: 'Rules, one a line (docs/custom-rules.md)' }),
    faults: Type.Array(fault, { description: 'Rules that are left out, while the others hold' }),
    others: Type.Array(
      Type.Object({
        file: Type.String(),
        category: Type.Optional(Type.String({ description: 'Of all that is in a plain list' })),
        faults: Type.Array(fault),
      }),
      { description: 'Files that are read beside it and cannot be changed here' },
    ),
  },
  { title: 'CustomRules' },
)
