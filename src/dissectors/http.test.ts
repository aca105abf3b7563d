import { describe, expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import http from './http.ts'
import { concat, fromClient, fromServer, latin1, type Shown, show } from './testing.ts'

const request = (line: string, ...headers: string[]) => latin1(`${[line, ...headers].join('\r\n')}\r\n\r\n`)
const get = request('GET /a/b?c=d HTTP/1.1', 'Host: WWW.Example.org:8080', 'User-Agent:  curl/8.0 ', 'Accept: */*')
const ok = request('HTTP/1.1 200 OK', 'Server: nginx', 'Content-Type: text/html; charset=utf-8', 'Content-Length: 3')

test('a request and its answer', () => {
  const report = show(http, [fromClient(get), fromServer(concat(ok, latin1('abc')))])
  expect(report).toMatchObject({
    verdict: Match,
    serverName: 'www.example.org',
    info: 'WWW.Example.org:8080/a/b?c=d',
    fields: {
      method: 'GET',
      url: 'WWW.Example.org:8080/a/b?c=d',
      host: 'www.example.org',
      userAgent: 'curl/8.0',
      status: 200,
      server: 'nginx',
      contentType: 'text/html; charset=utf-8',
      responseLength: 3,
    },
    tallies: { requestsGet: 1, responses2xx: 1 },
  })
})

test('what a request brings along is told apart from what the answer does', () => {
  const post = request('POST / HTTP/1.1', 'content-type: application/json', 'CONTENT-LENGTH:\t1024 ')
  expect(show(http, [fromClient(post), fromServer(ok)]).fields).toMatchObject({
    requestContentType: 'application/json',
    requestLength: 1024,
    contentType: 'text/html; charset=utf-8',
    responseLength: 3,
  })
})

test.each(['', '-1', '1e9', '12, 12', '9'.repeat(16), 'ff'])('a content length of "%s" is none', (length) => {
  expect(show(http, [fromServer(request('HTTP/1.1 200 OK', `Content-Length: ${length}`))]).fields['responseLength']).toBeUndefined()
})

test('every head counts, by method and by class, pipelined ones too', () => {
  const heads: Shown[] = [
    fromClient(get),
    fromServer(ok),
    fromClient(request('POST /x HTTP/1.1', 'Host: a')),
    fromServer(request('HTTP/1.1 404 Not Found')),
    fromClient(latin1('body of the last request, GET / HTTP/1.1 within')),
    fromClient(concat(request('HEAD / HTTP/1.1'), request('PUT / HTTP/1.1'), request('DELETE / HTTP/1.1'))),
    fromServer(concat(request('HTTP/1.1 100 Continue'), request('HTTP/1.1 301 Moved'), request('HTTP/1.1 503 Busy'))),
  ]
  expect(show(http, heads).tallies).toEqual({
    requestsGet: 1,
    requestsPost: 1,
    requestsHead: 1,
    requestsPut: 1,
    requestsOther: 1,
    responses1xx: 1,
    responses2xx: 1,
    responses3xx: 1,
    responses4xx: 1,
    responses5xx: 1,
  })
})

test('a field cut by the end of the first segment is read whole', () => {
  for (let cut = 5; cut < get.length; cut++) {
    const report = show(http, [fromClient(get.subarray(0, cut)), fromClient(get.subarray(cut))])
    expect(report.fields, `cut at ${cut}`).toMatchObject({ userAgent: 'curl/8.0', host: 'www.example.org' })
  }
})

test('a later head that goes on in the next segment is read there', () => {
  const later = request('GET /2 HTTP/1.1', 'Host: a', 'User-Agent: second')
  const cut = later.indexOf(0x0a) + 1
  const report = show(http, [fromClient(get), fromClient(later.subarray(0, cut)), fromClient(later.subarray(cut))])
  expect(report.fields['userAgent']).toBe('second')
  expect(report.tallies).toEqual({ requestsGet: 2 })
})

describe('signature', () => {
  test.each([
    ['an answer first, joined midway', fromServer(ok), Match],
    ['a method nobody knows', fromClient(request('RPC_IN_DATA /rpc HTTP/1.1')), Match],
    ['HTTP/0.9', fromClient(latin1('GET /index.html\r\n')), Match],
    ['the beginning of a request line', fromClient(latin1('GET /abc')), NeedMore],
    ['the beginning of a method', fromClient(latin1('PO')), NeedMore],
    ['RTSP', fromClient(latin1('DESCRIBE rtsp://a/b RTSP/1.0\r\n\r\n')), Exclude],
    ['SIP', fromClient(latin1('OPTIONS sip:a@b SIP/2.0\r\n\r\n')), Exclude],
    ['HTTP/2', fromClient(latin1('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')), Exclude],
    ['SMTP', fromServer(latin1('HELO example.org\r\n')), Exclude],
    ['a status that is none', fromServer(latin1('HTTP/1.1 999 No\r\n\r\n')), Exclude],
    ['words', fromClient(latin1('GET LOST NOW\r\n')), Exclude],
    ['lower case', fromClient(latin1('get / http/1.1\r\n')), Exclude],
  ])('%s', (_name, packet, verdict) => expect(show(http, [packet], { midStream: true }).verdict).toBe(verdict))
  test('a line longer than servers take is not waited for', () => {
    expect(show(http, [fromClient(latin1(`GET /${'a'.repeat(9000)}`))]).verdict).toBe(Exclude)
  })
})

describe('proxies', () => {
  const connect = request('CONNECT apache.org:443 HTTP/1.1', 'Host: apache.org:443')
  test('CONNECT becomes HTTP_Connect; behind the answer is another protocol', () => {
    const report = show(http, [fromClient(connect), fromServer(request('HTTP/1.0 200 Connection established'))])
    expect(report).toMatchObject({ becomes: 'HTTP_Connect', serverName: 'apache.org', within: true, fields: { url: 'apache.org:443' } })
  })
  test('a refused CONNECT opens nothing', () => {
    expect(show(http, [fromClient(connect), fromServer(request('HTTP/1.1 407 Proxy Authentication Required'))]).within).toBe(false)
  })
  test('an absolute target names the server', () => {
    const report = show(http, [fromClient(request('GET http://[2001:db8::1]:80/x HTTP/1.1', 'Host: proxy'))])
    expect(report).toMatchObject({ becomes: 'HTTP_Proxy', serverName: '2001:db8::1', fields: { url: 'http://[2001:db8::1]:80/x' } })
  })
})

test.each([
  ['PROPFIND /dav/ HTTP/1.1', 'Host: a', 'WebDAV'],
  ['GET /live/stream.m3u8?x=1 HTTP/1.1', 'Host: a', 'HLS'],
  ['GET /v/seg-1.m4s HTTP/1.1', 'Host: a', 'MpegDash'],
  ['POST / HTTP/1.1', 'Content-Type: application/ocsp-request', 'OCSP'],
  ['POST / HTTP/1.1', 'Content-Type: application/json-rpc', 'JSON-RPC'],
  ['POST / HTTP/1.1', 'SOAPAction: "urn:x"', 'SOAP'],
  ['GET /announce?info_hash=%12 HTTP/1.1', 'Host: a', 'BitTorrent'],
  ['GET / HTTP/1.1', 'Content-Type: application/json', undefined],
])('%s, %s: inside is %s', (line, header, app) => {
  expect(show(http, [fromClient(request(line, header))]).inside).toBe(app)
})

test('an upgrade is told, and what follows it counts for nothing', () => {
  const report = show(http, [
    fromClient(request('GET /chat HTTP/1.1', 'Host: a', 'Upgrade: websocket')),
    fromServer(request('HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket')),
    fromClient(get),
  ])
  expect(report.fields['upgrade']).toBe('websocket')
  expect(report.tallies).toEqual({ requestsGet: 1, responses1xx: 1 })
})

test('hostile values are visible and cut', () => {
  const report = show(http, [fromClient(request(`GET /${'x'.repeat(600)} HTTP/1.1`, 'Host: <script>\x1b[2J', 'User-Agent: \x00\x7f'))])
  expect(report.fields).toMatchObject({ host: '<script>␛[2j', userAgent: '␀␡' })
  expect((report.fields['url'] as string).length).toBe(255)
})

test('cut at every length, and with a thousand headers, it ends', () => {
  for (let n = 0; n <= get.length; n++) show(http, [fromClient(get.subarray(0, n))], { midStream: true })
  const long = request('GET / HTTP/1.1', ...Array.from({ length: 1000 }, (_, i) => `X-${i}: y`))
  expect(show(http, [fromClient(long)]).tallies).toEqual({ requestsGet: 1 })
})
