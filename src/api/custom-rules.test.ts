import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CustomDocument } from '../lib/custom-rules.ts'
import { CustomNames } from '../state/custom-names.ts'
import { MAX_TEXT_BYTES } from './custom-rules-parameters.ts'
import { type ErrorAnswer, getJson, startTesting, type Testing } from './testing-server.ts'

let folder: string
let names: CustomNames
let server: Testing
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wiretop-rules-'))
  names = new CustomNames({ categories: [], dataDir: folder })
  names.load()
  server = await startTesting({ customNames: names })
})
afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

const PATH = '/api/v1/custom-rules/applications'
const put = (body: string | Uint8Array<ArrayBuffer>, path = PATH, headers: Record<string, string> = {}) =>
  getJson<CustomDocument & ErrorAnswer>(server, path, { method: 'PUT', body, headers })

describe('custom rules', () => {
  it('are nothing at first, and say where they will be kept', async () => {
    const { body } = await getJson(server, PATH)
    expect(body).toEqual({ kind: 'applications', file: join(folder, 'custom-rules.txt'), text: '', faults: [], others: [] })
  })

  it('are kept and hold at once; what is wrong in them is said by line and column', async () => {
    const text = 'tcp:1@A\n  tcp:x@B\n'
    const { status, body } = await put(text)
    expect(status).toBe(200)
    expect(body.faults).toEqual([{ file: body.file, line: 2, column: 7, message: expect.stringContaining('a port is') }])
    expect(await readFile(body.file!, 'utf8')).toBe(text)
    expect((await getJson<CustomDocument>(server, PATH)).body).toEqual(body)
    expect(names.texts.namesSoFar.applications).toEqual(['A'])
  })

  it('can be checked without being kept', async () => {
    const { body } = await put('udp:0@C', `${PATH}?check=true`)
    expect(body).toMatchObject({ text: 'udp:0@C', faults: [{ line: 1, column: 5 }] })
    expect((await getJson<CustomDocument>(server, PATH)).body.text).toContain('tcp:1@A')
  })

  it('give categories too', async () => {
    const { body } = await put('host:evil.example@Malware\ntcp:1@A', '/api/v1/custom-rules/categories')
    expect(body).toMatchObject({ kind: 'categories', file: join(folder, 'custom-categories.txt'), faults: [{ line: 2, column: 1 }] })
  })
})

describe('what is refused', () => {
  it.each([
    ['a kind that there is none of', () => put('', '/api/v1/custom-rules/hosts'), 400, 'bad-parameter'],
    ['another parameter', () => put('', `${PATH}?dry=1`), 400, 'bad-parameter'],
    ['bytes that are no text', () => put(Uint8Array.of(0xff, 0xfe, 0x41)), 400, 'bad-request'],
    ['more than there may be', () => put('#'.repeat(MAX_TEXT_BYTES + 1)), 413, 'too-large'],
    ["a request of another site's page", () => put('tcp:2@B', PATH, { origin: 'http://evil.example' }), 403, 'wrong-origin'],
  ])('%s', async (_what, ask, status, code) => {
    const answer = await ask()
    expect([answer.status, answer.body.error.code]).toEqual([status, code])
    expect(names.document('applications').text).toContain('tcp:1@A')
  })

  it('a text that cannot be written', async () => {
    await rm(join(folder, 'custom-rules.txt'))
    await mkdir(join(folder, 'custom-rules.txt'))
    const { status, body } = await put('tcp:2@B')
    expect([status, body.error.code]).toEqual([409, 'not-writable'])
    expect(body.error.message).toContain('custom-rules.txt cannot be written')
  })
})
