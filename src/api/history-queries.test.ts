import { afterAll, beforeAll, expect, it } from 'vitest'
import { MAX_QUERY_VIEW, MAX_SAVED_QUERIES, type SavedQuery } from '../lib/saved-queries.ts'
import { KeptQueries } from '../state/kept-queries.ts'
import { MemoryStore } from '../state/memory-store.ts'
import { type ErrorAnswer, getJson, startTesting, type Testing } from './testing-server.ts'

const PATH = '/api/v1/history/queries'
const savedQueries = new KeptQueries(new MemoryStore())
let server: Testing
beforeAll(async () => {
  server = await startTesting({ savedQueries })
})
afterAll(() => server.close())

const say = <T = SavedQuery>(method: string, path: string, body?: object) =>
  getJson<T>(server, PATH + path, {
    method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  })
const list = async () => (await getJson<{ queries: SavedQuery[] }>(server, PATH)).body.queries

it('saves, lists, renames, uses and forgets', async () => {
  expect(await list()).toEqual([])
  const { status, body: first } = await say('POST', '', { name: ' Web ', view: 'by=app&filter=app+=+TLS' })
  expect([status, first.name, first.view]).toEqual([201, 'Web', 'by=app&filter=app+=+TLS'])
  await say('POST', '', { name: 'Other', view: '' })
  expect((await list()).map(({ name }) => name)).toEqual(['Other', 'Web'])
  await new Promise((resolve) => setTimeout(resolve, 2))
  expect((await say('PATCH', `/${first.id}`, { used: true })).status).toBe(200)
  expect((await say('PATCH', `/${first.id}`, { name: 'The web' })).body.name).toBe('The web')
  expect((await list()).map(({ name }) => name)).toEqual(['The web', 'Other'])
  expect((await fetch(`${server.url}${PATH}/${first.id}`, { method: 'DELETE' })).status).toBe(204)
  expect((await list()).map(({ name }) => name)).toEqual(['Other'])
})

it.each([
  ['POST', '', { view: '' }, 400, 'name'],
  ['POST', '', { name: '  ', view: '' }, 400, 'name'],
  ['POST', '', { name: 'x'.repeat(101), view: '' }, 400, 'name'],
  ['POST', '', { name: 'x', view: 'x'.repeat(MAX_QUERY_VIEW + 1) }, 400, 'view'],
  ['POST', '', { name: 'x', view: '', more: 1 }, 400, 'more'],
  ['PATCH', '/777', { used: true }, 404, 'id'],
  ['DELETE', '/777', undefined, 404, 'id'],
] as const)('refuses %s %s %o', async (method, path, body, status, field) => {
  const answer = await say<ErrorAnswer>(method, path, body)
  expect([answer.status, answer.body.error.field]).toEqual([status, field])
})

it('is bounded', async () => {
  while (savedQueries.all.length < MAX_SAVED_QUERIES) savedQueries.add('x', '')
  const answer = await say<ErrorAnswer>('POST', '', { name: 'one more', view: '' })
  expect([answer.status, answer.body.error.code]).toEqual([409, 'too-many'])
})
