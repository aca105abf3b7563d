import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z85Encode } from '../../zmtp/z85.ts'
import { isZmqUrl, parseZmqUrl } from './zmq-url.ts'

const KEY = 'rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7'
const bytes = (text: unknown) => (typeof text === 'object' && text !== null ? text : {}) as { serverKey?: Uint8Array }

test.each([
  [
    'tcp://probe:5556',
    { endpoints: [{ text: 'tcp://probe:5556', host: 'probe', port: 5556, isBound: false }], compat: false, repeats: 'first' },
  ],
  ['zmq+tcp://probe:5556', { endpoints: [{ text: 'tcp://probe:5556', isBound: false }] }],
  ['tcp://*:5556c', { endpoints: [{ host: '*', port: 5556, isBound: true }] }],
  ['tcp://[::1]:5556c', { endpoints: [{ host: '::1', isBound: true }] }],
  [
    'tcp://a:1,tcp://*:2c, zmq+ipc:///run/x.ipc',
    { endpoints: [{ port: 1 }, { port: 2, isBound: true }, { path: '/run/x.ipc', isBound: false }] },
  ],
  ['ipc://@flows?bind=yes', { endpoints: [{ path: '\0flows', isBound: true }] }],
  ['tcp://a:1?compat=1.2&repeats=all', { compat: true, repeats: 'all' }],
  ['tcp://a:1?key=/etc/a%20b.key', { secretKeyFile: '/etc/a b.key' }],
])('%s', (text, expected) => {
  expect(isZmqUrl(text)).toBe(true)
  expect(parseZmqUrl(text)).toMatchObject(expected)
})

test.each([
  ['as it stands', `tcp://a:1?curve=${KEY}&compat=1.2`],
  ['escaped', `tcp://a:1?compat=1.2&curve=${encodeURIComponent(KEY)}`],
])('a key with all its letters, %s', (_, text) => {
  expect(z85Encode(bytes(parseZmqUrl(text)).serverKey!)).toBe(KEY)
  expect(parseZmqUrl(text)).toMatchObject({ compat: true })
})

test.each([
  ['tcp://probe', /tcp:\/\/probe: needs a host and a port/],
  ['tcp://*:5556', /\* is no host to connect to/],
  ['tcp://a:1,udp://b:2', /udp:\/\/b:2: no endpoint of ZeroMQ/],
  ['tcp://a:1?curve=abc', /curve: no key/],
  [`tcp://a:1?curve=${KEY}x`, /curve: no key/],
  ['tcp://a:1?compat=2', /compat: 2 is not known/],
  ['tcp://a:1?bind=maybe', /neither yes nor no/],
  ['tcp://a:1?repeats=never', /never is no rule/],
  ['tcp://a:1?colour=red', /colour is no option/],
  ['tcp://a:1?colour', /colour is no option/],
  [`tcp://a:1${',tcp://a:1'.repeat(64)}`, /more than 64/],
])('%s is refused in one line', (text, why) => {
  expect(parseZmqUrl(text)).toMatch(why)
  expect(parseZmqUrl(text)).not.toMatch(/\n/)
})

test('any text: an endpoint or a refusal', () => {
  fc.assert(fc.property(fc.string(), (text) => void parseZmqUrl(`tcp://a:1?${text}`)))
  fc.assert(fc.property(fc.string(), (text) => void parseZmqUrl(`tcp://${text}`)))
})
