import { describe, expect, test } from 'vitest'
import { FlowBatch } from '../lib/flow-batch.ts'
import { feed, START_MS, tcpFrame, testTables, udpFrame } from '../tables/testing.ts'
import { parseAddress } from '../wire/address.ts'
import type { Bytes } from '../wire/testing.ts'
import { reasonOf } from './reason.ts'

const NOTHING_KNOWN = 'ÿ\0ÿ\0 nothing of the kind'
const SERVER = '198.51.100.7'
const SYN = 2
const SYN_ACK = 0x12

function why(frames: readonly Bytes[], prepare: (t: ReturnType<typeof testTables>) => void = () => undefined): string {
  const t = testTables()
  prepare(t)
  feed(t, frames)
  t.finish()
  return reasonOf(t, 0)
}
const http = (request: string, answer = 'HTTP/1.1 200 OK\r\n\r\n') => [
  tcpFrame({ dstPort: 8080, seq: 0, flags: SYN }),
  tcpFrame({ from: '10.0.0.2', to: '10.0.0.1', srcPort: 8080, dstPort: 40_000, seq: 0, flags: SYN_ACK }),
  tcpFrame({ dstPort: 8080, payload: request }),
  tcpFrame({ from: '10.0.0.2', to: '10.0.0.1', srcPort: 8080, dstPort: 40_000, payload: answer }),
]
const get = (host: string, path = '/') => http(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`)

describe('a flow has its name', () => {
  test('by the first bytes of a payload', () => {
    expect(why(get('example.com'))).toMatch(/^Packet 3 \(client → server\) begins 47 45 54 20 2f 20 48 54 “GET \/ HT”: HTTP\b.+\.$/)
  })
  test('by bytes that are no text', () => {
    const dns = udpFrame({ dstPort: 53, payload: '\x12\x34\x01\0\0\x01\0\0\0\0\0\0\x01a\x02bc\0\0\x01\0\x01' })
    expect(why([dns])).toContain('Packet 1 (client → server) begins 12 34 01 00 00 01 00 00: DNS: ')
  })
  test.each([
    ['www.wikipedia.org', 'ends in wikipedia.org: Wikipedia.'],
    ['Wikipedia.ORG', 'is one of its servers: Wikipedia.'],
    ['igcdn-photos-g-a.akamaihd.net', 'holds igcdn-photos-: Instagram.'],
  ])('by the server name %s', (host, rule) => {
    expect(why(get(host))).toMatch(new RegExp(`: HTTP\\b.*\\. The server name ${host.toLowerCase()} ${rule.replace('.', '\\.')}$`))
  })
  test('by what it carries', () => {
    expect(why(get('example.com', '/a/b.mpd'))).toMatch(/In packet 3 \(client → server\) the path that is asked for says MpegDash\.$/)
    const soap = 'HTTP/1.1 200 OK\r\nContent-Type: application/soap+xml\r\n\r\n'
    expect(why(http('GET / HTTP/1.1\r\n\r\n', soap))).toMatch(/In packet 4 \(server → client\) the kind of content says SOAP\.$/)
  })
  test('by the port', () => {
    expect(why([tcpFrame({ dstPort: 443, flags: SYN })])).toBe('Nothing in the payload was recognised; port 443 is usually TLS.')
  })
  test('by the address', () => {
    const flow = udpFrame({ to: '149.154.167.91', dstPort: 4711, payload: NOTHING_KNOWN })
    expect(why([flow])).toBe('Nothing in the payload was recognised; the address 149.154.167.91 is in 149.154.160.0/20 of Telegram.')
  })
  test('by what the server was looked up as', () => {
    const flow = udpFrame({ to: SERVER, dstPort: 4711, payload: NOTHING_KNOWN })
    const learn = (t: ReturnType<typeof testTables>) => {
      t.hostNames.learn({ words: [0, 0, 0xffff, parseAddress(SERVER)![3]], name: 'media.discord.com', source: 'dns', atMs: START_MS })
    }
    expect(why([flow], learn)).toBe(
      `Nothing in the payload was recognised; DNS said that ${SERVER} is media.discord.com, which ends in discord.com: Discord.`,
    )
  })
  test('by what another flow announced', () => {
    const flow = udpFrame({ to: SERVER, dstPort: 4711, payload: NOTHING_KNOWN })
    const announce = (t: ReturnType<typeof testTables>) => {
      const app = t.options.catalogue.idOf('RTP')
      t.naming.expectations.add({
        w0: 0,
        w1: 0,
        w2: 0xffff,
        w3: parseAddress(SERVER)![3],
        port: 4711,
        proto: 17,
        app,
        sinceMs: 0,
        untilMs: START_MS,
      })
    }
    expect(why([flow], announce)).toBe('Another flow announced RTP between these ends.')
  })
  test('by what its exporter says', () => {
    const t = testTables()
    const batch = new FlowBatch(1)
    batch.begin(0)
    batch.proto[0] = 6
    batch.bytes[0] = batch.packets[0] = 1
    batch.extras[0] = { app: 'tls.google' }
    t.collect(batch, START_MS)
    expect(reasonOf(t, 0)).toBe('The exporter says that it is TLS.Google.')
  })
  test('or has none', () => {
    expect(why([udpFrame({ to: SERVER, dstPort: 4711, payload: NOTHING_KNOWN })])).toContain('neither port nor address says anything')
  })
  test('with what came from the wire made visible', () => {
    expect(why(get('a\x01b.wikipedia.org'))).not.toContain('\x01')
  })
})
