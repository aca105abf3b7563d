import { STATUS_CODES } from 'node:http'
import { type ErrorCode, STATUS_OF } from './errors.ts'
import { JSON_TYPE, type Route } from './route.ts'

type Json = { readonly [key: string]: unknown }

const ERROR = {
  title: 'Error',
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message'],
      properties: {
        code: { enum: Object.keys(STATUS_OF) },
        message: { type: 'string', description: 'One line: what was wrong, and what to do' },
        field: { type: 'string', description: 'The parameter that is meant' },
        offset: { type: 'integer', description: 'Where in its text' },
        expected: { type: 'array', items: { type: 'string' }, description: 'What could stand there' },
      },
    },
  },
} as const

/** The OpenAPI 3.1 description of the routes; schemas of 3.1 are JSON Schema, so those of the routes stand in it as they are. */
export function describe(routes: readonly Route[], version: string): object {
  const components = new Components()
  const paths: Record<string, Record<string, unknown>> = {}
  for (const one of routes) {
    const path = one.path.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [one.method.toLowerCase()]: operation(one, components) }
  }
  const error = components.take(ERROR)
  return {
    openapi: '3.1.0',
    info: { title: 'wiretop', version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: components.schemas,
      responses: { Error: { description: errorList(), content: { 'application/json': { schema: error } } } },
    },
  }
}

const errorList = () => (Object.keys(STATUS_OF) as ErrorCode[]).map((code) => `${STATUS_OF[code]} ${code}`).join(', ')

function operation(one: Route, components: Components): object {
  const status = one.status ?? (one.reply ? 200 : 204)
  const mediaType = (one.type ?? JSON_TYPE).split(';')[0]!
  return {
    operationId: operationId(one),
    summary: one.summary,
    tags: [one.tag],
    parameters: [...parameters(one.params, 'path'), ...parameters(one.query, 'query')],
    ...(one.body && { requestBody: { required: true, content: requestContent(one.body, components) } }),
    responses: {
      [status]: {
        description: STATUS_CODES[status],
        ...(one.reply && { content: { [mediaType]: { schema: components.take(one.reply) } } }),
      },
      default: { $ref: '#/components/responses/Error' },
    },
  }
}

const requestContent = (body: NonNullable<Route['body']>, components: Components): object =>
  body === 'bytes' ? { 'application/octet-stream': {} } : { 'application/json': { schema: components.take(body) } }

/** get /api/v1/flows/:id → getFlowsById */
function operationId({ method, path }: Route): string {
  const words = path
    .replace(/^\/api\/v1/, '')
    .split(/[^\w:]+/)
    .filter(Boolean)
  const name = words.map((word) => (word.startsWith(':') ? `By${capital(word.slice(1))}` : capital(word)))
  return method.toLowerCase() + name.join('')
}
const capital = (word: string) => word.slice(0, 1).toUpperCase() + word.slice(1)

function parameters(schema: Route['query'], where: 'path' | 'query'): object[] {
  const required: readonly string[] = schema?.required ?? []
  return Object.entries(schema?.properties ?? {}).map(([name, one]) => {
    const { description, ...rest } = one as Json
    // What has a default need not be given.
    const isRequired = where === 'path' || (required.includes(name) && !('default' in rest))
    return { name, in: where, required: isRequired, ...(description !== undefined && { description }), schema: rest }
  })
}

/** Objects with a title, each once, and references in their places. */
class Components {
  readonly schemas: Record<string, unknown> = {}

  take(schema: unknown): unknown {
    if (Array.isArray(schema)) return schema.map((one) => this.take(one))
    if (typeof schema !== 'object' || schema === null) return schema
    const { title, type } = schema as Json
    const within = () => Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, this.take(value)]))
    if (type !== 'object' || typeof title !== 'string') return within()
    if (!(title in this.schemas)) {
      this.schemas[title] = {}
      this.schemas[title] = within()
    }
    return { $ref: `#/components/schemas/${title}` }
  }
}
