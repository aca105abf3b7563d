import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { getJson, startTesting, type Testing } from './testing-server.ts'

interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly parameters: readonly {
    name: string
    in: string
    required: boolean
    schema: { description?: string; default?: unknown; enum?: string[] }
  }[]
  readonly responses: Readonly<Record<string, { content?: Record<string, { schema: unknown }> }>>
}
interface OpenApi {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: {
    readonly schemas: Readonly<
      Record<string, { properties: Record<string, { title?: string; description?: string }>; required?: string[] }>
    >
  }
}

let server: Testing
let api: OpenApi
beforeAll(async () => {
  server = await startTesting()
  api = (await getJson<OpenApi>(server, '/api/v1/openapi.json')).body
})
afterAll(() => server.close())

const operations = () =>
  Object.entries(api.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, one]) => ({ path, method, one })))

describe('the OpenAPI description', () => {
  it('has every route', () => {
    expect(api.openapi).toBe('3.1.0')
    expect(Object.keys(api.paths)).toEqual(
      expect.arrayContaining([
        '/api/v1/flows',
        '/api/v1/flows/{id}',
        '/api/v1/hosts/{address}',
        '/api/v1/interfaces/{id}/restart',
        '/api/v1/devices',
        '/api/v1/devices/{name}/capture',
        '/metrics',
        '/healthz',
      ]),
    )
    expect(Object.keys(api.paths['/api/v1/interfaces']!)).toEqual(expect.arrayContaining(['get', 'post']))
    expect(Object.keys(api.paths['/api/v1/interfaces/{id}']!)).toEqual(expect.arrayContaining(['get', 'patch', 'delete']))
    const ids = operations().map(({ one }) => one.operationId)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('names every part of a path as a parameter', () => {
    for (const { path, one } of operations()) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
      expect(one.parameters.filter((p) => p.in === 'path').map(({ name }) => name)).toEqual(inPath)
      expect(one.summary).not.toBe('')
    }
  })

  it('asks for nothing that has a default', () => {
    for (const { one } of operations()) for (const p of one.parameters) if (p.schema.default !== undefined) expect(p.required).toBe(false)
    const search = api.paths['/api/v1/search']!['get']!.parameters
    expect(search.find(({ name }) => name === 'q')!.required).toBe(true)
  })

  it('takes the fields of rows from the glossary', () => {
    const { properties, required } = api.components.schemas['Flow']!
    expect(properties['bytesC2s']).toMatchObject({
      type: 'integer',
      title: 'Bytes from client',
      description: 'Frame bytes from client to server',
    })
    expect(properties['tcpState']).toMatchObject({ enum: expect.arrayContaining(['established']) })
    expect(properties['duration']!.description).toMatch(/\(ms\)$/)
    expect(required).toContain('client')
    expect(required).not.toContain('serverName')
    // A word of the filter language alone is no field of a row.
    expect(properties['host']).toBeUndefined()
  })

  it('has a component for every reference', () => {
    const references = [...JSON.stringify(api).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name!)
    expect(references.length).toBeGreaterThan(20)
    for (const name of references) expect(api.components.schemas).toHaveProperty(name)
  })
})
