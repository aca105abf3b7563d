import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Instances } from '../instances/instances.ts'
import type { InstanceInfo, InstancesAnswer } from '../lib/instances.ts'
import { type ErrorAnswer, getJson, startTesting, type Testing, until } from './testing-server.ts'

const PATH = '/api/v1/instances'
let folder: string
let instances: Instances
let server: Testing
let other: Testing
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wiretop-instances-'))
  instances = new Instances({ dataDir: folder, given: ['http://127.0.0.1:9/given'] })
  instances.load()
  server = await startTesting({ instances })
  other = await startTesting()
  await other.live.open('http1.pcap')
})
afterAll(async () => {
  instances.close()
  await server.close()
  await other.close()
  await rm(folder, { recursive: true })
})

const send = (method: string, path: string, body: unknown, headers: Record<string, string> = {}) =>
  getJson<InstanceInfo & ErrorAnswer>(server, path, {
    method,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  })
const list = async () => (await getJson<InstancesAnswer>(server, PATH)).body

describe('instances', () => {
  it('are those of the command line at first, and say where they will be kept', async () => {
    expect(await list()).toMatchObject({ instances: [{ name: '127.0.0.1:9', isGiven: true }], file: join(folder, 'instances.json') })
  })

  it('are added, asked, changed and removed', async () => {
    const { status, body } = await send('POST', PATH, { url: `${other.url}/`, name: 'Berlin', token: 'secret' })
    expect([status, body.name, body.url, body.hasToken]).toEqual([201, 'Berlin', other.url, true])
    const now = async () => (await list()).instances.find(({ id }) => id === body.id)
    await until(async () => (await now())?.state === 'up', 'it is up')
    expect(await now()).toMatchObject({
      version: '1.2.3',
      totals: { packets: 101 },
      interfaces: [{ name: 'http1.pcap', kind: 'capture-file', totals: { flows: 7 } }],
    })
    expect(JSON.stringify(await list())).not.toContain('secret')

    expect(await send('PATCH', `${PATH}/${body.id}`, { name: 'Bonn' })).toMatchObject({ status: 200, body: { name: 'Bonn', state: 'up' } })
    expect(await send('PATCH', `${PATH}/${body.id}`, { token: '' })).toMatchObject({ status: 200, body: { hasToken: false } })
    expect((await fetch(`${server.url}${PATH}/${body.id}`, { method: 'DELETE' })).status).toBe(204)
    expect(await now()).toBeUndefined()
  })

  it('stand in the description with what is sent', async () => {
    const { body } = await getJson<{ paths: Record<string, Record<string, { requestBody: { content: object } }>> }>(
      server,
      '/api/v1/openapi.json',
    )
    expect(body.paths[PATH]!['post']!.requestBody.content).toMatchObject({
      'application/json': { schema: { properties: { url: {}, token: {} }, required: ['url'] } },
    })
  })
})

describe('what is refused', () => {
  const given = () => instances.look().instances.find(({ isGiven }) => isGiven)!.id
  it.each<[string, () => Promise<{ status: number; body: ErrorAnswer }>, number, string, RegExp]>([
    ['an address that is none', () => send('POST', PATH, { url: 'ftp://x' }), 400, 'bad-parameter', /http:\/\/HOST:PORT/],
    ['no address', () => send('POST', PATH, { name: 'x' }), 400, 'bad-parameter', /^url is missing/],
    ['a number for a name', () => send('POST', PATH, { url: 'http://x', name: 1 }), 400, 'bad-parameter', /^name must be text of 0 to 64/],
    [
      'what there is not',
      () => send('POST', PATH, { url: 'http://x', tokn: 'a' }),
      400,
      'bad-parameter',
      /"tokn" here; there is name, url, token/,
    ],
    ['a token with a line end', () => send('POST', PATH, { url: 'http://x', token: 'a\r\nb' }), 400, 'bad-parameter', /a token has/],
    [
      'a fingerprint that is none',
      () => send('POST', PATH, { url: 'http://x', certificate: 'ab' }),
      400,
      'bad-parameter',
      /64 hexadecimal/,
    ],
    ['one that is there already', () => send('POST', PATH, { url: 'http://127.0.0.1:9/given' }), 400, 'bad-parameter', /there already/],
    ['a list', () => send('POST', PATH, []), 400, 'bad-request', /a JSON object/],
    ['no JSON', () => send('POST', PATH, '{'), 400, 'bad-request', /not JSON/],
    [
      'a form of a foreign page',
      () => send('POST', PATH, { url: 'http://x' }, { 'content-type': 'text/plain' }),
      400,
      'bad-request',
      /content-type/,
    ],
    ["another site's page", () => send('POST', PATH, { url: 'http://x' }, { origin: 'http://evil.example' }), 403, 'wrong-origin', /evil/],
    ['more than there may be', () => send('POST', PATH, { url: 'x'.repeat(20_000) }), 413, 'too-large', /16384 bytes/],
    ['a change of none', () => send('PATCH', `${PATH}/nobody`, { name: 'x' }), 404, 'not-found', /no such instance/],
    ['a change of a given name', () => send('PATCH', `${PATH}/${given()}`, { name: 'x' }), 400, 'bad-parameter', /command line/],
    ['the removal of a given one', () => send('DELETE', `${PATH}/${given()}`, ''), 409, 'not-removable', /command line/],
    ['the removal of none', () => send('DELETE', `${PATH}/nobody`, ''), 404, 'not-found', /no such instance/],
  ])('%s', async (_what, ask, status, code, message) => {
    const answer = await ask()
    expect([answer.status, answer.body.error.code]).toEqual([status, code])
    expect(answer.body.error.message).toMatch(message)
    expect((await list()).instances).toHaveLength(1)
  })

  it('what cannot be kept', async () => {
    await rm(join(folder, 'instances.json'), { force: true })
    await mkdir(join(folder, 'instances.json'))
    expect(await send('POST', PATH, { url: 'http://127.0.0.1:9/x' })).toMatchObject({
      status: 409,
      body: { error: { code: 'not-writable' } },
    })
  })
})
