import type { FastifyRequest } from 'fastify'
import type { FastifySchemaValidationError } from 'fastify/types/schema.js'

/** What is read of a parameter's schema. */
export interface ParameterSchema {
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly description?: string
}
type Properties = Readonly<Record<string, ParameterSchema>>

export interface Fault {
  readonly field: string
  readonly message: string
  readonly expected?: readonly string[]
}

/** A fault that the validator found, in words: which parameter, and what is allowed. */
export function describeFault(fault: FastifySchemaValidationError, part: string, request: FastifyRequest): Fault {
  const schema = request.routeOptions.schema?.[part as 'querystring' | 'params'] as { properties?: Properties } | undefined
  const properties = schema?.properties ?? {}
  const { additionalProperty, missingProperty } = fault.params as { additionalProperty?: string; missingProperty?: string }
  if (additionalProperty !== undefined) {
    const expected = Object.keys(properties)
    const message = `there is no parameter ${quoted(additionalProperty)} here; ${expected.length > 0 ? `those are ${expected.join(', ')}` : 'there is none'}`
    return { field: cut(additionalProperty), message, expected }
  }
  const field = missingProperty ?? fault.instancePath.split('/')[1] ?? part
  const { enum: choices, ...property } = properties[field] ?? {}
  const expected = choices?.map(String)
  const verb = missingProperty === undefined ? 'must be' : 'is missing:'
  return { field, message: `${field} ${verb} ${allowed(property, expected)}`, ...(expected && { expected }) }
}

/** What may stand there, in words. */
export function allowed(
  { type, minimum, maximum, minLength, maxLength, description }: ParameterSchema,
  choices: readonly string[] | undefined,
): string {
  if (choices) return `one of ${choices.join(', ')}`
  if (type === 'integer' || type === 'number') {
    const what = type === 'integer' ? 'a whole number' : 'a number'
    if (minimum !== undefined && maximum !== undefined) return `${what} from ${minimum} to ${maximum}`
    return minimum === undefined ? what : `${what}, ${minimum} or more`
  }
  const bounds = maxLength === undefined ? 'text' : `text of ${minLength ?? 0} to ${maxLength} characters`
  return description === undefined ? bounds : `${bounds}: ${description}`
}

const MAX_SHOWN = 64
const cut = (text: string) => (text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text)
/** Text of a client in a message to it. */
export const quoted = (text: string): string => JSON.stringify(cut(text))
