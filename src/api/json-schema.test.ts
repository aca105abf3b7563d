import { Type as TypeBox } from 'typebox'
import { expect, test } from 'vitest'
import { Type } from './json-schema.ts'

const made = (T: typeof Type) =>
  T.Object(
    {
      text: T.String({ minLength: 1, description: 'A text' }),
      count: T.Optional(T.Integer({ minimum: 0, default: 3 })),
      number: T.Number(),
      flag: T.Boolean({ default: false }),
      list: T.Array(T.Union([T.Number(), T.Null()]), { description: 'null: not known' }),
      word: T.Enum(['one', 'two'], { default: 'one' }),
      version: T.Literal(1),
      ok: T.Optional(T.Literal('ok')),
      byName: T.Optional(T.Record(T.String(), T.Integer(), { description: 'By name' })),
      described: T.Unsafe<string>(T.String({ format: 'binary' })),
      maybe: T.Unsafe<string | undefined>(T.Optional(T.Object({}))),
      empty: T.Object({}, { additionalProperties: false }),
      titled: T.Object({ inner: T.Optional(T.String()) }, { title: 'Titled' }),
    },
    { additionalProperties: false },
  )

test('schemas are those that TypeBox makes', () => {
  const ours = made(Type)
  expect(JSON.stringify(ours)).toBe(JSON.stringify(made(TypeBox as unknown as typeof Type)))
  expect(ours.required).toEqual(['text', 'number', 'flag', 'list', 'word', 'version', 'described', 'empty', 'titled'])
})
