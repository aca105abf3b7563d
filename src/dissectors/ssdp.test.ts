import { expect, test } from 'vitest'
import { Exclude, Match } from './dissector.ts'
import ssdp from './ssdp.ts'
import { fromClient, fromServer, latin1, show } from './testing.ts'

const lines = (...l: string[]) => latin1(`${l.join('\r\n')}\r\n\r\n`)

test('a search', () => {
  const search = lines(
    'M-SEARCH * HTTP/1.1',
    'HOST: 239.255.255.250:1900',
    'MAN: "ssdp:discover"',
    'MX: 1',
    'ST: upnp:rootdevice',
    'USER-AGENT: Chromium',
  )
  expect(show(ssdp, [fromClient(search)])).toMatchObject({
    verdict: Match,
    info: 'upnp:rootdevice',
    serverName: '239.255.255.250:1900',
    fields: { method: 'M-SEARCH', searchTarget: 'upnp:rootdevice', userAgent: 'Chromium' },
  })
})
test('an announcement and an answer', () => {
  const notify = lines(
    'NOTIFY * HTTP/1.1',
    'Location: http://192.0.2.1/d.xml',
    'NT: urn:x',
    'SERVER: Linux <b>\x1b UPnP/1.0',
    'USN: uuid:1',
  )
  const fields = { location: 'http://192.0.2.1/d.xml', searchTarget: 'urn:x', server: 'Linux <b>␛ UPnP/1.0', uniqueName: 'uuid:1' }
  expect(show(ssdp, [fromClient(notify)]).fields).toMatchObject({ method: 'NOTIFY', ...fields })
  const answer = lines('HTTP/1.1 200 OK', 'ST: urn:x', 'LOCATION:http://192.0.2.1/d.xml', 'USN: uuid:1')
  expect(show(ssdp, [fromServer(answer)]).fields).toMatchObject({ searchTarget: 'urn:x', uniqueName: 'uuid:1' })
})
test.each([
  ['HTTP over UDP', lines('HTTP/1.1 200 OK', 'Server: x')],
  ['SIP', lines('NOTIFY sip:a SIP/2.0')],
  ['a text with a service name', lines('Hello there, all of you', 'USN: x')],
  ['words', latin1('My text that begins with M')],
  ['cut', latin1('M-SEARCH * HTTP/')],
])('not ours: %s', (_name, payload) => expect(show(ssdp, [fromClient(payload)]).verdict).toBe(Exclude))
