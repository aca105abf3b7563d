/**
 * Schemas of routes: JSON Schema, with TypeBox's types and without its engine, which would take as much memory as all routes together. Only what routes use is here; what
 * it makes is what TypeBox makes.
 */
import type { TProperties, TSchema, Type as TypeBox } from 'typebox'

export type { Static, TObject, TOptional, TSchema, TUnsafe } from 'typebox'

type Options = Readonly<Record<string, unknown>>
/** Of properties that an object may lack; enumerable ones stand in the description. */
const OPTIONAL = Symbol('optional')
const isRequired = (schema: TSchema): boolean => !(OPTIONAL in schema)

const of =
  (type: string) =>
  (options?: Options): object => ({ type, ...options })

const object = (properties: TProperties, options?: Options): object => {
  const required = Object.keys(properties).filter((name) => isRequired(properties[name]!))
  return { type: 'object', ...(required.length > 0 && { required }), properties, ...options }
}

const builders = {
  Array: (items: TSchema, options?: Options) => ({ type: 'array', items, ...options }),
  Boolean: of('boolean'),
  Enum: (values: readonly unknown[], options?: Options) => ({ enum: values, ...options }),
  Integer: of('integer'),
  Literal: (value: string | number | boolean, options?: Options) => ({ type: typeof value, const: value, ...options }),
  Null: of('null'),
  Number: of('number'),
  Object: object,
  Optional: (schema: TSchema) => Object.defineProperty({ ...schema }, OPTIONAL, { value: true }),
  /** By texts alone. */
  Record: (_: TSchema, value: TSchema, options?: Options) => ({ type: 'object', patternProperties: { '^.*$': value }, ...options }),
  String: of('string'),
  Union: (anyOf: readonly TSchema[], options?: Options) => ({ anyOf, ...options }),
  /** Says another type of what is described as before. */
  Unsafe: (schema: TSchema) => schema,
}

export const Type = builders as unknown as Pick<typeof TypeBox, keyof typeof builders>
