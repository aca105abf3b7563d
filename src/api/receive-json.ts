import type { FastifyRequest } from 'fastify'
import { ApiError } from './errors.ts'
import type { Static, TObject, TSchema } from './json-schema.ts'
import { allowed, type ParameterSchema, quoted } from './parameters.ts'
import { receiveText } from './receive-text.ts'

/** A client's own words in an answer to it. */
const MAX_FIELD = 64
const MEDIA_TYPE = /^application\/json\s*(?:;|$)/i

/**
 * Reads the body of a request as the object that the schema describes; what is misspelt is refused. It must be called JSON: a form of a foreign
 * page cannot do that.
 */
export async function receiveJson<S extends TObject>({ headers, raw }: FastifyRequest, schema: S, maxBytes: number): Promise<Static<S>> {
  const text = await receiveText(raw, maxBytes)
  if (!MEDIA_TYPE.test(headers['content-type'] ?? ''))
    throw new ApiError('bad-request', 'the body is JSON: say so with content-type: application/json', { field: 'content-type' })
  const body = parsed(text)
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new ApiError('bad-request', 'the body is a JSON object', { field: 'body' })
  const properties = schema.properties as Readonly<Record<string, ParameterSchema>>
  const known = Object.keys(properties)
  for (const field of Object.keys(body)) {
    if (!Object.hasOwn(properties, field))
      throw new ApiError('bad-parameter', `there is nothing called ${quoted(field)} here; there is ${known.join(', ')}`, {
        field: field.slice(0, MAX_FIELD),
        expected: known,
      })
  }
  // It takes a while to load, and most servers never need it.
  const { Check } = await import('typebox/schema')
  for (const field of known) refuseWrong(field, schema, body, Check)
  return body as Static<S>
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new ApiError('bad-request', 'the body is not JSON', { field: 'body' })
  }
}

function refuseWrong(
  field: string,
  { properties, required }: TObject,
  body: object,
  isSound: (schema: TSchema, value: unknown) => boolean,
): void {
  const property = properties[field]!
  const isThere = Object.hasOwn(body, field)
  if (!isThere && !(required as readonly string[] | undefined)?.includes(field)) return
  if (isThere && isSound(property, (body as Readonly<Record<string, unknown>>)[field])) return
  const verb = isThere ? 'must be' : 'is missing:'
  throw new ApiError('bad-parameter', `${field} ${verb} ${allowed(property as ParameterSchema, undefined)}`, { field })
}
