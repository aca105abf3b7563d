import Schema from 'typebox/schema'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ListAnswer } from '../lib/live.ts'
import type { TSchema } from './json-schema.ts'
import { ENTITIES } from './query-parameters.ts'
import * as schemas from './schemas.ts'
import { getJson, startTesting, type Testing } from './testing-server.ts'

let server: Testing
const CAPTURES = ['http1.pcap', 'vlan.pcap', 'dns.pcap', 'arp.pcap', 'tls13-http2.pcap', 'dhcp.pcap', 'tcp-loss.pcap']
beforeAll(async () => {
  server = await startTesting()
  for (const capture of CAPTURES) await server.live.open(capture)
})
afterAll(() => server.close())

/** The schema, but nothing may be there that it does not name. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed)
  if (typeof schema !== 'object' || schema === null) return schema
  const within = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]))
  return 'properties' in schema ? { ...within, additionalProperties: false } : within
}

function faultsOf(schema: TSchema, value: unknown): string[] {
  const [isGood, errors] = Schema.Errors(closed(schema) as TSchema, value)
  return isGood ? [] : errors.map(({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`)
}
const expectObeys = (schema: TSchema, value: unknown) => expect(faultsOf(schema, value)).toEqual([])

const get = async <T>(path: string) => {
  const { status, body } = await getJson<T>(server, `/api/v1/${path}`)
  expect(status).toBe(200)
  return body
}

describe.each(CAPTURES.map((capture, at) => [capture, at + 1] as const))('every answer about %s is as its schema says', (_capture, id) => {
  it.each(ENTITIES)('%s', async (entity) => expectObeys(schemas.listAnswer(entity), await get(`${entity}?interface=${id}`)))

  it('details of flows and hosts', async () => {
    for (const flow of (await get<ListAnswer<'flows'>>(`flows?interface=${id}&limit=20`)).items)
      expectObeys(schemas.flowDetail, await get(`flows/${flow.id}?interface=${id}`))
    for (const host of (await get<ListAnswer<'hosts'>>(`hosts?interface=${id}&limit=20`)).items)
      expectObeys(schemas.hostDetail, await get(`hosts/${host.address}@${host.vlan}?interface=${id}`))
  })

  it('interface, totals, series, export', async () => {
    expectObeys(schemas.interfaceDetail, await get(`interfaces/${id}`))
    expectObeys(schemas.totals, await get(`totals?interface=${id}`))
    for (const of of ['traffic', 'apps', 'hosts-and-flows', 'tcp'])
      expectObeys(schemas.series, await get(`series?interface=${id}&of=${of}`))
    expectObeys(schemas.dump, await get(`export?interface=${id}`))
  })
})

it('the check sees what a schema forgot, and what is missing', () => {
  expect(faultsOf(schemas.facet, { field: 'x', values: [] })).toEqual([])
  expect(faultsOf(schemas.facet, { field: 'x', values: [], more: 1 }).join()).toMatch(/more/)
  expect(faultsOf(schemas.facet, { field: 'x' }).join()).toMatch(/values/)
  expect(faultsOf(schemas.facet, { field: 'x', values: [{ value: 'y', rows: -1, bytes: 0.5 }] })).toHaveLength(2)
})
