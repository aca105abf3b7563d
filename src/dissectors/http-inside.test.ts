import { describe, expect, test } from 'vitest'
import http from './http.ts'
import { concat, fromClient, fromServer, hex, latin1, type Shown, show } from './testing.ts'

const head = (line: string, ...headers: string[]) => latin1(`${[line, ...headers].join('\r\n')}\r\n\r\n`)
const get = head('GET /a HTTP/1.1', 'Host: example.org')
const inside = (...shown: Shown[]) => show(http, shown, { transport: 'tcp' }).inside

describe('the application inside is told by', () => {
  test.each<[string, string, Shown[]]>([
    ['a method', 'WebDAV', [fromClient(head('PROPFIND / HTTP/1.1', 'Host: a'))]],
    ['the end of a path', 'HLS', [fromClient(head('GET /Live/Index.M3U8?x=1 HTTP/1.1', 'Host: a'))]],
    ['the end of a path and its query', 'BitTorrent', [fromClient(head('GET /announce?info_hash=%01 HTTP/1.1', 'Host: a'))]],
    ['the beginning of a path', 'Ookla', [fromClient(head('GET /speedtest/random750x750.jpg HTTP/1.1', 'Host: a'))]],
    ['a path behind a proxy', 'HLS', [fromClient(head('GET http://a.example/b.m3u8 HTTP/1.1', 'Host: a.example'))]],
    ['the user agent', 'WindowsUpdate', [fromClient(head('GET / HTTP/1.1', 'Host: a', 'User-Agent: Windows-Update-Agent/10.0'))]],
    ['the name of the server', 'ntop', [fromClient(get), fromServer(head('HTTP/1.1 302 Found', 'Server: ntopng 6.1'))]],
    ['the type of what is asked', 'IPP', [fromClient(head('POST /ipp/print HTTP/1.1', 'Host: a', 'Content-Type: application/ipp'))]],
    ['a header of its own', 'Elasticsearch', [fromClient(get), fromServer(head('HTTP/1.1 200 OK', 'X-elastic-product: Elasticsearch'))]],
    ['the SOAP action', 'SOAP', [fromClient(head('POST /x HTTP/1.1', 'Host: a', 'SOAPAction: ""'))]],
  ])('%s', (_how, application, shown) => expect(inside(...shown)).toBe(application))
})

test.each([
  ['a path without its query', head('GET /announce HTTP/1.1', 'Host: a')],
  ['a query that ends as a path would', head('GET /a?b=c.m3u8 HTTP/1.1', 'Host: a')],
  ['a path in which it stands further behind', head('GET /a/speedtest/latency.txt HTTP/1.1', 'Host: a')],
  ['a name within that of the user agent', head('GET / HTTP/1.1', 'Host: a', 'User-Agent: My Windows-Update-Agent')],
  ['a longer name of a header', head('GET / HTTP/1.1', 'Host: a', 'SOAPActions: x')],
])('nothing is inside: %s', (_case, request) => expect(inside(fromClient(request))).toBeUndefined())

const rpc = latin1('{"id": 1, "jsonrpc" : "2.0", "method": "echo"}')
const post = head('POST /api HTTP/1.1', 'Host: a', 'Content-Type: application/json')
describe('the first body of a side is looked at', () => {
  test('with its head', () => expect(inside(fromClient(concat(post, rpc)))).toBe('JSON-RPC'))
  test('behind its head', () => expect(inside(fromClient(post), fromClient(rpc))).toBe('JSON-RPC'))
  test('behind a head that was cut', () => {
    const answer = head('HTTP/1.1 200 OK', 'Server: a', 'Content-Length: 46')
    expect(inside(fromClient(get), fromServer(answer.subarray(0, 30)), fromServer(concat(answer.subarray(30), rpc)))).toBe('JSON-RPC')
  })
  test('and no other', () => expect(inside(fromClient(concat(post, latin1('a'))), fromClient(rpc))).toBeUndefined())
})

const answer = head('HTTP/1.1 200 OK', 'Server: a')
const envelope = (uri: string) => latin1(`<?xml version="1.0"?>\n<s:Envelope xmlns:s="${uri}"><s:Body/></s:Envelope>`)
test.each([
  ['SOAP 1.1', 'SOAP', envelope('http://schemas.xmlsoap.org/soap/envelope/')],
  ['SOAP 1.2', 'SOAP', envelope('http://www.w3.org/2003/05/soap-envelope')],
  ['other XML', undefined, envelope('http://www.w3.org/1999/xhtml')],
  ['a batch of calls', 'JSON-RPC', concat(latin1('[ '), rpc)],
  ['another version', undefined, latin1('{"jsonrpc": "1.0"}')],
  ['the word as a value', undefined, latin1('{"a": "jsonrpc", "b": "2.0"}')],
  ['a segment', 'MpegDash', concat(hex('00000018'), latin1('stypmsdh'), hex('00000000'), latin1('msdhmsix'))],
  ['a compatible brand', 'MpegDash', concat(hex('0000001c'), latin1('ftypiso5'), hex('00000001'), latin1('avc1iso5dash'))],
  ['a brand behind the first box', undefined, concat(hex('00000014'), latin1('ftypiso5'), hex('00000001'), latin1('avc1iso5dash'))],
])('a body: %s', (_case, application, body) => expect(inside(fromClient(get), fromServer(concat(answer, body)))).toBe(application))

test('a question whether there is a way out tells the category alone', () => {
  const report = show(http, [fromClient(head('GET /generate_204 HTTP/1.1', 'Host: www.google.com'))])
  expect(report).toMatchObject({ category: 'ConnCheck', serverName: 'www.google.com' })
  expect(report.inside).toBeUndefined()
})
