import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { getJson, rawGet, sendRaw, startTesting, type Testing } from './testing-server.ts'

let server: Testing
let webRoot: string
let host: string

const PAGE = '<!doctype html><meta property="csp-nonce" nonce="__CSP_NONCE__"><title>console</title>'
const SCRIPT = `console.log(1)//${' '.repeat(5000)}`
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'wiretop-web-'))
  webRoot = join(folder, 'dist')
  await mkdir(join(webRoot, 'assets'), { recursive: true })
  await writeFile(join(folder, 'secret.txt'), 'secret')
  await writeFile(join(webRoot, '.env'), 'secret')
  await writeFile(join(webRoot, 'index.html'), PAGE)
  await writeFile(join(webRoot, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>')
  await writeFile(join(webRoot, 'assets/index-uQtOc5Cu.js'), SCRIPT)
  await writeFile(join(webRoot, 'assets/index-uQtOc5Cu.js.br'), brotliCompressSync(SCRIPT))
  await writeFile(join(webRoot, 'assets/other-uQtOc5Cu.js'), SCRIPT)
  server = await startTesting({ webRoot })
  await server.live.open('vlan.pcap')
  host = `127.0.0.1:${server.port}`
})
afterAll(async () => {
  await server.close()
  await rm(join(webRoot, '..'), { recursive: true })
})

describe('DNS rebinding', () => {
  it.each([
    ['/api/v1/flows', 'evil.example.org'],
    ['/', 'evil.example.org:3000'],
    ['/nothing', 'evil.example.org'],
    ['/metrics', 'localhost.evil.example.org'],
    ['/assets/index-uQtOc5Cu.js', 'evil.example.org'],
    ['/api/v1/flows', "x'; script-src *"],
  ])('%s for %s is 421', async (path, name) => {
    const answer = await sendRaw(server.port, rawGet(path, { host: name, accept: 'text/html' }))
    expect(answer).toMatch(/^HTTP\/1\.1 421 /)
    expect(answer).toMatch(/x-content-type-options: nosniff/i)
    expect(JSON.parse(answer.split('\r\n\r\n')[1]!)).toMatchObject({ error: { code: 'wrong-host', field: 'Host' } })
    expect(answer).not.toContain('console.log')
    expect(answer).not.toContain("connect-src 'self' ws://x")
  })

  it('a request without Host', async () => {
    expect(await sendRaw(server.port, 'GET /api/v1/flows HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 421 /)
    expect(await sendRaw(server.port, 'GET /api/v1/flows HTTP/1.1\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /)
  })

  it('a whole URL as the target, with another host than the header', async () => {
    expect(await sendRaw(server.port, rawGet('http://evil.example.org/api/v1/flows', { host }))).toMatch(/^HTTP\/1\.1 400 /)
  })

  it.each(['localhost', 'LOCALHOST:8080', '[::1]'])('%s is answered', async (name) => {
    expect(await sendRaw(server.port, rawGet('/api/v1/totals', { host: name }))).toMatch(/^HTTP\/1\.1 200 /)
  })
})

describe('requests of foreign pages', () => {
  it.each([
    ['POST', '/api/v1/interfaces/1/restart'],
    ['POST', '/api/v1/interfaces?name=x'],
    ['DELETE', '/api/v1/interfaces/1'],
  ])('%s %s is 403', async (method, path) => {
    for (const origin of ['http://evil.example.org', 'null', `http://localhost:${server.port}`, 'http://127.0.0.1:1']) {
      const answer = await getJson(server, path, { method, headers: { origin } })
      expect(answer).toMatchObject({ status: 403, body: { error: { code: 'wrong-origin' } } })
    }
    expect(server.live.restarted).toEqual([])
    expect(await server.uploads()).toEqual([])
  })

  it('the console itself may', async () => {
    const answer = await getJson(server, '/api/v1/interfaces/1/restart', { method: 'POST', headers: { origin: server.url } })
    expect(answer.status).toBe(200)
  })

  it('may read nothing: there is no CORS header', async () => {
    const { headers } = await getJson(server, '/api/v1/flows', { headers: { origin: 'http://evil.example.org' } })
    expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
    const preflight = await fetch(`${server.url}/api/v1/interfaces`, { method: 'OPTIONS', headers: { origin: 'http://evil.example.org' } })
    expect(preflight.status).toBe(404)
    expect(preflight.headers.get('access-control-allow-origin')).toBeNull()
  })
})

describe('headers of the page', () => {
  it('a strict policy that plain HTTP on a LAN can live with', async () => {
    const { headers } = await fetch(`${server.url}/`)
    const policy = headers.get('content-security-policy')!
    expect(policy).toContain("default-src 'self'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).toContain(`connect-src 'self' ws://${host} wss://${host}`)
    expect(policy).not.toMatch(/unsafe|upgrade-insecure|script-src/)
    expect(headers.get('strict-transport-security')).toBeNull()
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('x-frame-options')).toBe('DENY')
    expect(headers.get('x-powered-by')).toBeNull()
  })

  it('a new nonce each time, the same in the page and in its policy', async () => {
    const nonces = await Promise.all(
      [1, 2].map(async () => {
        const response = await fetch(`${server.url}/`)
        const nonce = /nonce="([\w-]{22})"/.exec(await response.text())![1]!
        expect(response.headers.get('content-security-policy')).toContain(`style-src 'self' 'nonce-${nonce}'`)
        return nonce
      }),
    )
    expect(nonces[0]).not.toBe(nonces[1])
  })
})

describe("the console's files", () => {
  it('hashed ones are kept for ever, others are asked for', async () => {
    const script = await fetch(`${server.url}/assets/index-uQtOc5Cu.js`)
    expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(script.headers.get('content-type')).toMatch(/^(?:text|application)\/javascript/)
    const icon = await fetch(`${server.url}/favicon.svg`)
    expect(icon.headers.get('cache-control')).toBe('no-cache')
    expect(icon.headers.get('content-type')).toBe('image/svg+xml')
    expect((await fetch(`${server.url}/`)).headers.get('cache-control')).toBe('no-cache')
  })

  it.each([
    ['index', 'br', 'br'],
    ['other', 'br', 'br'],
    ['other', 'gzip', 'gzip'],
    ['other', 'identity', null],
  ])('%s for a client that takes %s', async (name, accepted, sent) => {
    const response = await fetch(`${server.url}/assets/${name}-uQtOc5Cu.js`, { headers: { 'accept-encoding': accepted } })
    expect(response.headers.get('content-encoding')).toBe(sent)
    expect(await response.text()).toBe(SCRIPT)
  })

  it.each(['/', '/index.html', '/flows', '/hosts/10.0.0.1', '/flows?filter=app%20=%20TLS', '/hosts/fe80::1%40100'])(
    '%s is a view',
    async (path) => {
      const response = await fetch(server.url + path, { headers: { accept: 'text/html,*/*' } })
      expect(response.status).toBe(200)
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
      expect(await response.text()).toContain('<title>console</title>')
    },
  )

  it.each([
    ['/assets/gone-00000000.js', 'text/html'],
    ['/flows', 'application/json'],
    ['/api/v1/nothing', 'text/html'],
    ['/api', 'text/html'],
  ])('%s for one who accepts %s is 404', async (path, accept) => {
    expect(await getJson(server, path, { headers: { accept } })).toMatchObject({ status: 404, body: { error: { code: 'not-found' } } })
  })

  it.each([
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/assets/..%5c..%5csecret.txt',
    '//secret.txt',
    '/....//secret.txt',
    '/%2fetc/passwd',
    '/assets/%00',
    '/.env',
    '/%2eenv',
    '/assets',
    '/assets/',
  ])('%s gives nothing away', async (path) => {
    const answer = await sendRaw(server.port, rawGet(path, { host }))
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /)
    expect(answer).not.toMatch(/\r\n\r\n[\s\S]*(?:secret\n?$|root:|index-)/)
  })
})

describe('oversized and broken requests', () => {
  it('a head above its bound', async () => {
    const answer = await sendRaw(server.port, rawGet(`/api/v1/flows?filter=${'x'.repeat(70_000)}`, { host }))
    expect(answer).toMatch(/^HTTP\/1\.1 431 /)
    expect(JSON.parse(answer.split('\r\n\r\n')[1]!)).toMatchObject({ error: { code: 'headers-too-large' } })
  })

  it('what is not HTTP', async () => {
    const answer = await sendRaw(server.port, 'hello\r\n\r\n')
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
    expect(JSON.parse(answer.split('\r\n\r\n')[1]!)).toMatchObject({ error: { code: 'bad-request' } })
  })

  it('a body where none belongs', async () => {
    const { status } = await getJson(server, '/api/v1/interfaces/1/restart', {
      method: 'POST',
      body: '{"__proto__":1}',
      headers: { origin: server.url },
    })
    expect(status).toBe(200)
  })

  it('the server still answers', async () => expect((await getJson(server, '/healthz')).status).toBe(200))
})

it('without a built console the data is still there', async () => {
  const bare = await startTesting({ webRoot: join(webRoot, 'nowhere') })
  const page = await fetch(`${bare.url}/`)
  expect([page.status, await page.text()]).toEqual([404, expect.stringContaining('npm run build')])
  expect((await getJson(bare, '/healthz')).status).toBe(200)
  await bare.close()
})
