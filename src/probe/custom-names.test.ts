/** What users' rules do to flows. */
import { describe, expect, test } from 'vitest'
import { createCatalogue } from '../names/catalogue.ts'
import { NO_CUSTOM_TEXTS } from '../names/custom-names.ts'
import type { LiveTables } from '../tables/live-tables.ts'
import { feed, START_MS, tcpFrame, testTables, udpFrame } from '../tables/testing.ts'
import { appView } from '../tables/views/roll-up-view.ts'
import { itemOf } from '../tables/views/view.ts'
import { type Bytes, eth, ip4 } from '../wire/testing.ts'
import { flowDetail } from './details.ts'

const SYN = 2
const ACK = 0x10
const SSH = 'SSH-2.0-OpenSSH_9.6\r\n'

function tablesWith(rules: string, categories = ''): LiveTables {
  const t = testTables({ catalogue: createCatalogue() })
  say(t, rules, categories)
  return t
}
function say(t: LiveTables, rules: string, categories = ''): void {
  const faults = t.options.catalogue.customise({
    ...NO_CUSTOM_TEXTS,
    applications: [{ file: 'my-rules.txt', text: rules }],
    categories: [{ file: 'my-categories.txt', text: categories }],
  })
  expect(faults).toEqual([])
  t.customNamesChanged()
}

interface Talk {
  readonly port: number
  readonly payload?: string
  readonly to?: string
}
/** A connection that is opened, and what the client says first. */
const connection = ({ port, payload = '', to = '10.0.0.2' }: Talk): Bytes[] => [
  tcpFrame({ to, dstPort: port, seq: 1, flags: SYN }),
  tcpFrame({ from: to, to: '10.0.0.1', srcPort: port, dstPort: 40_000, seq: 100, ack: 2, flags: SYN | ACK }),
  ...(payload === '' ? [] : [tcpFrame({ to, dstPort: port, seq: 2, ack: 101, flags: ACK, payload })]),
]
const http = (host: string) => `GET / HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: test\r\n\r\n`

const only = (t: LiveTables) => {
  t.settle()
  const { app, category, confidence, reason } = flowDetail(t, 0)
  return { app, category, confidence, reason }
}
const seen = (t: LiveTables, frames: readonly Bytes[]) => {
  feed(t, frames)
  t.finish()
  return only(t)
}

describe('a rule that looks at the port', () => {
  test('names what nobody recognises, in the place of what the port would suggest', () => {
    const flow = seen(tablesWith('# mine\ntcp:8080@MyProxy'), connection({ port: 8080 }))
    expect(flow).toMatchObject({ app: 'MyProxy', confidence: 'custom-rule' })
    expect(flow.reason).toBe('The custom rule in my-rules.txt, line 2, calls it MyProxy.')
  })
  test('names what is inside the protocol that the payload shows', () => {
    const flow = seen(tablesWith('tcp:3000-3100@Grafana'), connection({ port: 3050, payload: http('www.google.com') }))
    expect(flow).toMatchObject({ app: 'HTTP.Grafana', confidence: 'custom-rule' })
    expect(flow.reason).toMatch(/^Packet 3 .*: HTTP.*\. The custom rule in my-rules\.txt, line 1, calls it Grafana\.$/)
  })
  test('and says no more than the payload where both say the same', () => {
    const flow = seen(tablesWith('tcp:81@HTTP'), connection({ port: 81, payload: http('www.google.com') }))
    expect(flow).toMatchObject({ app: 'HTTP.Google', confidence: 'server-name' })
  })
  test('holds against what a protocol says that it carries', () => {
    const webDav = 'PROPFIND /a HTTP/1.1\r\nHost: a.example\r\nDepth: 1\r\n\r\n'
    expect(seen(tablesWith(''), connection({ port: 8080, payload: webDav })).app).toBe('HTTP.WebDAV')
    expect(seen(tablesWith('tcp:8080@Files'), connection({ port: 8080, payload: webDav })).app).toBe('HTTP.Files')
  })
  test('and is one name with a protocol that becomes what it says', () => {
    const server = { from: '10.0.0.2', to: '10.0.0.1', srcPort: 2525, dstPort: 40_000 }
    const client = { dstPort: 2525 }
    const greeting = '220 mail.example ESMTP Postfix\r\n'
    const hello = 'EHLO client.example\r\n'
    const offers = '250-mail.example\r\n250 STARTTLS\r\n'
    const ask = 'STARTTLS\r\n'
    const ready = '220 Ready to start TLS\r\n'
    let [c, s] = [2, 101]
    const says = (payload: string) => tcpFrame({ ...client, seq: (c += payload.length) - payload.length, ack: s, payload })
    const answers = (payload: string) => tcpFrame({ ...server, seq: (s += payload.length) - payload.length, ack: c, payload })
    const talk = [...connection({ port: 2525 }), answers(greeting), says(hello), answers(offers), says(ask), answers(ready)]
    const t = tablesWith('tcp:2525@SMTPS')
    expect(seen(t, talk)).toMatchObject({ app: 'SMTPS', confidence: 'custom-rule' })
    // Among the applications it stands with all other SMTPS.
    expect(t.flows.rows.go(0).app).toBe(0)
  })
  test("looks at the server's port alone", () => {
    const rules = 'tcp:40000@Backup\nudp:9@Other one'
    expect(seen(tablesWith(rules), connection({ port: 22, payload: SSH }))).toMatchObject({ app: 'SSH', confidence: 'payload' })
    expect(seen(tablesWith(rules), connection({ port: 9 })).app).toBe('Unknown')
  })
  test('says who is the server where the connection was not seen from its beginning', () => {
    const t = tablesWith('udp:40001@Game')
    feed(t, [udpFrame({ srcPort: 40_001, dstPort: 50_000 })])
    t.settle()
    expect(flowDetail(t, 0)).toMatchObject({ app: 'Game', serverPort: 40_001, server: '10.0.0.1' })
  })
})

describe('a rule that looks at addresses', () => {
  test('names a connection that nobody answers, with what its port suggests', () => {
    const syn = (port: number) => tcpFrame({ to: '3.3.3.3', dstPort: port, flags: SYN })
    const rules = 'ip:3.3.3.3:443@A\nip:3.3.3.3:444@B\nip:3.3.3.3@C'
    expect(seen(tablesWith(rules), [syn(443)])).toMatchObject({ app: 'TLS.A', category: 'Web', confidence: 'custom-rule' })
    expect(seen(tablesWith(rules), [syn(444)])).toMatchObject({ app: 'B', category: 'Unspecified' })
    expect(seen(tablesWith(rules), [syn(446)])).toMatchObject({ app: 'C', confidence: 'custom-rule' })
  })
  test('wins over one that looks at the port, at either end, with the port of that end', () => {
    const rules = 'tcp:5000@Port\nip:10.0.0.1:40000@Client\nip:10.0.0.0/8@Net'
    expect(seen(tablesWith(rules), connection({ port: 5000 })).app).toBe('Client')
    const flow = seen(tablesWith('ip:10.0.0.0/24@Net\ntcp:5000@Port'), connection({ port: 5000 }))
    expect(flow).toMatchObject({ app: 'Net', reason: 'The custom rule in my-rules.txt, line 1, calls it Net.' })
  })
  test('holds for protocols without ports', () => {
    const echo = eth(0x0800, ip4([8, 0, 0, 0, 0, 1, 0, 1], { proto: 1, dst: '192.0.2.1' }))
    expect(seen(tablesWith('ip:192.0.2.0/24@Lab'), [echo])).toMatchObject({ app: 'ICMP.Lab', confidence: 'custom-rule' })
    const unknown = eth(0x0800, ip4([1, 2, 3, 4], { proto: 200, dst: '192.0.2.1' }))
    expect(seen(tablesWith('ip:192.0.2.0/24@Lab'), [unknown])).toMatchObject({ app: 'Lab', confidence: 'custom-rule' })
  })
})

describe('a rule that looks at the server name', () => {
  test('wins over what is known by itself, and over rules that look at addresses', () => {
    const rules = 'ip:10.0.0.2@Box\nhost:"google.com"@Search'
    const flow = seen(tablesWith(rules), connection({ port: 80, payload: http('www.google.com') }))
    expect(flow).toMatchObject({ app: 'HTTP.Search', confidence: 'custom-rule' })
    expect(flow.reason).toContain('The custom rule in my-rules.txt, line 2, calls it Search.')
    expect(seen(tablesWith(rules), connection({ port: 80, payload: http('example.com') })).app).toBe('HTTP.Box')
  })
  test('leaves other names as they are', () => {
    const flow = seen(tablesWith('host:intra.example@Intranet'), connection({ port: 80, payload: http('www.google.com') }))
    expect(flow).toMatchObject({ app: 'HTTP.Google', confidence: 'server-name' })
  })
  test('may say the protocol that it is', () => {
    const flow = seen(tablesWith('host:a.example@HTTP'), connection({ port: 80, payload: http('a.example') }))
    expect(flow).toMatchObject({ app: 'HTTP', confidence: 'custom-rule' })
  })
})

describe('other rules while flows last', () => {
  test('name those that nothing else has named, and leave the others', () => {
    const t = tablesWith('tcp:5000@Before')
    feed(t, [...connection({ port: 5000 }), ...connection({ port: 6000, payload: http('a.example') }), udpFrame({ dstPort: 7000 })])
    const apps = () => [0, 1, 2].map((row) => flowDetail(t, row).app)
    expect(apps()).toEqual(['Before', 'HTTP', 'Unknown'])
    say(t, 'tcp:5000,tcp:6000,udp:7000@After')
    expect(apps()).toEqual(['After', 'HTTP', 'After'])
    const rows = Array.from({ length: appView(t).used() }, (_, row) => itemOf(appView(t), row))
    expect(rows.find(({ app }) => app === 'After')).toMatchObject({ activeFlows: 2 })
    expect(rows.find(({ app }) => app === 'Before')).toMatchObject({ activeFlows: 0 })
    say(t, '')
    expect(apps()).toEqual(['Unknown', 'HTTP', 'Unknown'])
  })
  test('and a name from a rule that is gone stays with what it named', () => {
    const t = tablesWith('tcp:6000@Mine')
    feed(t, connection({ port: 6000, payload: http('a.example') }))
    say(t, 'tcp:7@Other thing')
    expect(only(t)).toMatchObject({ app: 'HTTP.Mine', reason: expect.stringContaining('which has been changed since') })
  })
  test('flows to come follow them', () => {
    const t = tablesWith('')
    say(t, 'tcp:5000@After')
    feed(t, connection({ port: 5000 }), START_MS + 10)
    expect(only(t).app).toBe('After')
  })
})

describe('categories of users', () => {
  test('are those of flows with such an address or server name, whatever the protocol', () => {
    const lists = 'ip:10.0.0.2@Malware\nhost:google.com@Lab'
    expect(seen(tablesWith('', lists), connection({ port: 22, payload: SSH }))).toMatchObject({ app: 'SSH', category: 'Malware' })
    expect(seen(tablesWith('', lists), connection({ port: 80, payload: http('www.google.com') }))).toMatchObject({
      app: 'HTTP.Google',
      category: 'Lab',
    })
    const other = seen(tablesWith('', lists), connection({ port: 80, payload: http('connectivitycheck.gstatic.com') }))
    expect(other).toMatchObject({ category: 'Malware' })
  })
  test('change with the lists while flows last', () => {
    const t = tablesWith('', 'ip:10.0.0.2@Malware')
    feed(t, connection({ port: 22, payload: SSH }))
    say(t, '', 'ip:10.0.0.9@Malware')
    expect(only(t).category).toBe('RemoteAccess')
    say(t, '', 'ip:10.0.0.1@User custom category 3\n@User custom category 3=Laboratory')
    expect(only(t).category).toBe('Laboratory')
  })
})
