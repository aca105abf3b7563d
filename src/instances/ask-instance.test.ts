import { connect, createServer, type Server } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { Asker, MAX_ANSWER_BYTES, type Target } from './ask-instance.ts'
import { type Answer, hasOpenssl, json, type Remote, selfSigned, startRemote, wiretop } from './testing.ts'

const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
})
const never = new AbortController().signal
async function remoteWith(answer?: Answer, options?: Parameters<typeof startRemote>[1]): Promise<Remote> {
  const remote = await startRemote(answer, options)
  open.unshift(remote)
  return remote
}
function askerOf(target: Target, timeoutMs?: number): Asker {
  const asker = new Asker(target, timeoutMs)
  open.unshift(asker)
  return asker
}
const ask = (target: Target, timeoutMs?: number) => askerOf(target, timeoutMs).get('/healthz', never)

describe('an answer', () => {
  it('comes with its token, its time and the other clock', async () => {
    const remote = await remoteWith(wiretop([], 'secret'))
    const asker = askerOf({ url: remote.url, token: 'secret' })
    const answer = await asker.get('/api/v1/interfaces', never)
    expect(answer).toMatchObject({ json: { interfaces: [] }, roundTripMs: expect.any(Number) })
    expect(Math.abs((answer as { clockOffsetMs: number }).clockOffsetMs)).toBeLessThan(2000)
    await asker.get('/healthz', never)
    expect(remote.asked.map(({ token }) => token)).toEqual(['Bearer secret', 'Bearer secret'])
    expect(remote.connections()).toBe(1)
  })

  it('is asked for below the path of the address, without a token where there is none', async () => {
    const remote = await remoteWith()
    await ask({ url: `${remote.url}/site/a` })
    expect(remote.asked).toMatchObject([{ path: '/site/a/healthz', token: undefined }])
  })

  it('is asked for once more when the kept connection has been closed meanwhile', async () => {
    let answers = 0
    // It closes each connection after an answer that says otherwise, as soon as the next question comes.
    const server: Server = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.once('data', () => {
        answers++
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}')
        socket.once('data', () => socket.destroy())
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    open.push({ close: () => new Promise((resolve) => server.close(resolve)) })
    const asker = askerOf({ url: `http://127.0.0.1:${(server.address() as { port: number }).port}` })
    expect(await asker.get('/', never)).toMatchObject({ json: {} })
    expect(await asker.get('/', never)).toMatchObject({ json: {} })
    expect(answers).toBe(2)
  })
})

describe('what is no answer is a value with its reason', () => {
  const endless: Answer = (_request, response) => {
    response.writeHead(200)
    const chunk = Buffer.alloc(65_536, 0x20)
    const go = () => {
      while (!response.destroyed && response.write(chunk));
    }
    response.on('drain', go).on('error', () => undefined)
    go()
  }
  it.each<[string, Answer, string, RegExp]>([
    [
      'a token that it does not know',
      json({ error: { message: 'who are you?' } }, 401),
      'refused',
      /wants a token that it knows: who are you\?/,
    ],
    ['a token that may not', json({}, 403), 'refused', /does not let this token ask$/],
    ['another host name', json({ error: { message: 'this server does not answer to "x"' } }, 421), 'refused', /does not answer to/],
    ['another page', json({}, 404), 'not-wiretop', /no wiretop \(HTTP 404\)/],
    ['a proxy whose wiretop is away', json({}, 502), 'unreachable', /cannot answer now \(HTTP 502\)/],
    [
      'a redirection',
      (_request, response) => void response.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
      'not-wiretop',
      /leads elsewhere: http:\/\/169/,
    ],
    ['a text', (_request, response) => void response.end('<html>'), 'not-wiretop', /no wiretop/],
    ['more than it may be', endless, 'not-wiretop', /longer than/],
    [
      'packed bytes',
      (_request, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end('\x1f\x8b'),
      'not-wiretop',
      /no wiretop/,
    ],
    [
      'half an answer',
      (_request, response) => void response.writeHead(200, { 'content-length': 10 }).write('{', () => response.destroy()),
      'unreachable',
      /./,
    ],
    ['a closed connection', (request) => void request.socket.destroy(), 'unreachable', /./],
    [
      'headers without an end',
      (request) => void request.socket.write(`HTTP/1.1 200 OK\r\na: ${'x'.repeat(100_000)}`),
      'not-wiretop',
      /HTTP/,
    ],
  ])('%s', async (_what, answer, state, why) => {
    const remote = await remoteWith(answer)
    const said = await ask({ url: remote.url })
    expect(said).toMatchObject({ state, why: expect.stringMatching(why) })
    expect(remote.asked).toHaveLength(1)
  })

  it('the longest that may be is read', async () => {
    const text = JSON.stringify('x'.repeat(MAX_ANSWER_BYTES - 2))
    const remote = await remoteWith((_request, response) => void response.end(text))
    expect(await ask({ url: remote.url })).toHaveProperty('json')
  })

  it('nobody listens', async () => {
    const remote = await startRemote()
    await remote.close()
    expect(await ask({ url: remote.url })).toEqual({ state: 'unreachable', why: 'connection refused' })
  })

  it('silence, whose connection is given up', async () => {
    const remote = await remoteWith(() => undefined)
    expect(await ask({ url: remote.url }, 300)).toEqual({ state: 'unreachable', why: 'no answer within 0.3 s' })
  })

  it('it is stopped', async () => {
    const remote = await remoteWith(() => undefined)
    const stop = new AbortController()
    const asked = askerOf({ url: remote.url }).get('/', stop.signal)
    stop.abort()
    expect(await asked).toHaveProperty('state', 'unreachable')
  })

  it('one that speaks something else', async () => {
    const server = createServer(
      (socket) =>
        void socket
          .resume()
          .on('error', () => undefined)
          .end('220 mail.example ESMTP\r\n'),
    )
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    open.push({ close: () => new Promise((resolve) => server.close(resolve)) })
    const host = `127.0.0.1:${(server.address() as { port: number }).port}`
    expect(await ask({ url: `http://${host}` })).toMatchObject({
      state: 'not-wiretop',
      why: expect.stringContaining('does not speak HTTP'),
    })
    expect(await ask({ url: `https://${host}` })).toMatchObject({
      state: 'not-wiretop',
      why: expect.stringContaining('does not speak TLS'),
    })
  })
})

describe.skipIf(!hasOpenssl)(`over TLS${hasOpenssl ? '' : ' (apt-get install openssl)'}`, () => {
  it('a certificate of its own is shown, and nothing is sent before it is accepted', async () => {
    const remote = await remoteWith(wiretop([], 'secret'), { tls: selfSigned('probe.example') })
    const said = await ask({ url: remote.url, token: 'secret' })
    expect(said).toMatchObject({
      state: 'untrusted',
      why: 'its certificate is signed by itself',
      offered: { fingerprint: expect.stringMatching(/^([\dA-F]{2}:){31}[\dA-F]{2}$/), subject: 'probe.example', issuer: 'probe.example' },
    })
    expect(remote.asked).toEqual([])
    const { fingerprint } = (said as { offered: { fingerprint: string } }).offered
    expect(await ask({ url: remote.url, token: 'secret', certificate: fingerprint })).toHaveProperty('json')
    expect(remote.asked).toHaveLength(1)
  })

  it('another certificate than the accepted one is not, and nothing is sent', async () => {
    const remote = await remoteWith(undefined, { tls: selfSigned() })
    const said = await ask({ url: remote.url, token: 'secret', certificate: Array(32).fill('AB').join(':') })
    expect(said).toMatchObject({ state: 'untrusted', why: 'its certificate is not the one that was accepted' })
    expect(remote.asked).toEqual([])
  })

  it('what is asked in the clear is no HTTP', async () => {
    const remote = await remoteWith(undefined, { tls: selfSigned() })
    expect(['unreachable', 'not-wiretop']).toContain(((await ask({ url: remote.url.replace('https', 'http') })) as { state: string }).state)
  })
})

it('a connection that never becomes TLS is given up', async () => {
  const server = createServer((socket) => void socket.resume().on('error', () => undefined))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  expect(await ask({ url: `https://127.0.0.1:${port}` }, 300)).toEqual({ state: 'unreachable', why: expect.stringMatching(/^no answer/) })
  // Nothing is left open that would keep the server from ending.
  await new Promise((resolve) => server.close(resolve))
  await new Promise((resolve) => connect(port, '127.0.0.1').once('error', resolve))
})
