import { describe, expect, test } from 'vitest'
import { dissector } from '../dissectors/dissector.ts'
import { serverNameTables } from './applications/index.ts'
import { namesOf } from './applications/table.ts'
import { Catalogue, createCatalogue, UNKNOWN } from './catalogue.ts'
import { categories } from './categories.ts'
import { serverCategories } from './server-categories.ts'

const TCP = 6
const UDP = 17
const catalogue = createCatalogue()
const name = (id: number) => catalogue.nameOf(id)

test('every application has a known category, its own id and a name that fits into Master.App', () => {
  for (const [id, app] of catalogue.applications.entries()) {
    expect(app.id).toBe(id)
    expect(categories, app.name).toContain(app.category)
    expect(app.name).toMatch(/^[\w-]+$/)
    expect(catalogue.idOf(app.name)).toBe(id)
  }
  expect(catalogue.categories).toEqual(categories)
  expect(catalogue.applications.length).toBeGreaterThan(425)
})

test('what is said of a protocol is what its own dissector says', () => {
  expect(catalogue.get('TLS')?.about).not.toContain('Found by')
  expect(catalogue.get('IMAPS')?.about).toContain('Found by')
})

test('unknown is 0, whatever is asked', () => {
  expect(catalogue.idOf('Unknown')).toBe(UNKNOWN)
  expect(catalogue.idOf('no such thing')).toBe(UNKNOWN)
  expect(name(64_000)).toBe('Unknown')
  expect(catalogue.guessByPort(TCP, 40_000, 40_001)).toBe(UNKNOWN)
  expect(catalogue.guessByPort(200, 0, 0)).toBe(UNKNOWN)
  expect(catalogue.guessByPort(300, 0, 0)).toBe(UNKNOWN)
})

describe('the lists of server names', () => {
  test('every text can match, and none stands twice', () => {
    const seen = new Map<string, string>()
    for (const { names } of serverNameTables)
      for (const [app, list] of Object.entries(names))
        for (const text of namesOf(list)) {
          expect(text).toMatch(/^-?[a-z0-9][a-z0-9.-]*$/)
          expect(seen.get(text), `${text} of ${app}`).toBeUndefined()
          seen.set(text, app)
          expect(name(catalogue.applicationOfServer(text)), text).toBe(app)
        }
  })
  test('the categories of servers exist', () => {
    for (const category of Object.keys(serverCategories)) expect(categories).toContain(category)
  })

  test.each([
    ['www.google.com', 'Google'],
    ['mail.google.com', 'GMail'],
    ['rr4---sn-h0jeener.googlevideo.com', 'YouTube'],
    ['fonts.googleapis.com', 'GoogleServices'],
    ['maps.googleapis.com', 'GoogleMaps'],
    ['scontent-mxp1-1.xx.fbcdn.net', 'Facebook'],
    ['occ-0-1168-778.1.nflxso.net', 'NetFlix'],
    ['outlook.office365.com', 'Microsoft365'],
    ['ctldl.windowsupdate.com', 'WindowsUpdate'],
    ['emea.ng.msg.teams.microsoft.com', 'Teams'],
    ['us04web.zoom.us', 'Zoom'],
    ['d1234.cloudfront.net', 'AmazonAWS'],
    ['www.amazon.co.uk', 'Amazon'],
    ['p42-content.icloud.com', 'AppleiCloud'],
    ['p53-buy.itunes.apple.com', 'AppleStore'],
    ['gsp-ssl.ls.apple.com', 'Apple'],
    ['en.wikipedia.org', 'Wikipedia'],
    ['cdnjs.cloudflare.com', 'Cloudflare'],
    ['mozilla.cloudflare-dns.com', 'DoH_DoT'],
    ['igcdn-photos-g-a.akamaihd.net', 'Instagram'],
    ['cm.g.doubleclick.net', 'Google'],
  ])('%s is %s', (server, app) => expect(name(catalogue.applicationOfServer(server))).toBe(app))

  test.each([
    ['googleads.g.doubleclick.net', 'Advertisement'],
    ['connectivitycheck.gstatic.com', 'ConnCheck'],
    ['www.bet365.com', 'Gambling'],
    ['ocsp.digicert.com', 'Web'],
    ['www.gstatic.com', undefined],
  ])('%s has the category %s of its own', (server, category) => {
    expect(catalogue.categories[catalogue.categoryOfServer(server)]).toBe(category)
  })
  test.each(['example.com', 'google.com.evil.example', 'notgoogle.com', 'akamaihd.net'])('%s is nobody in particular', (server) => {
    expect(catalogue.applicationOfServer(server)).toBe(-1)
  })
})

describe('a guess by port', () => {
  test.each([
    [TCP, 40_000, 443, 'TLS'],
    [TCP, 443, 40_000, 'TLS'],
    [UDP, 40_000, 443, 'QUIC'],
    [TCP, 2605, 80, 'HTTP'],
    [TCP, 40_000, 993, 'IMAPS'],
    [TCP, 40_000, 8080, 'HTTP_Proxy'],
    [UDP, 5353, 5353, 'MDNS'],
    [132, 40_000, 3868, 'Diameter'],
    [1, 8, 0, 'ICMP'],
    [89, 0, 0, 'OSPF'],
  ])('protocol %i, ports %i and %i: %s', (proto, src, dst, app) => expect(name(catalogue.guessByPort(proto, src, dst))).toBe(app))
})

describe('what a flow is called', () => {
  const id = (app: string) => catalogue.idOf(app)
  test.each([
    ['TLS', 'NetFlix', 'TLS.NetFlix', 'Video'],
    ['TLS', 'Unknown', 'TLS', 'Web'],
    ['TLS', 'TLS', 'TLS', 'Web'],
    ['Unknown', 'NetFlix', 'NetFlix', 'Video'],
    ['DNS', 'NetFlix', 'DNS.NetFlix', 'Network'],
    ['SMTPS', 'Google', 'SMTPS.Google', 'Email'],
    ['FTPS', 'Huawei', 'FTPS.Huawei', 'Web'],
    ['Unknown', 'Unknown', 'Unknown', 'Unspecified'],
  ])('%s and %s: %s, %s', (master, app, pair, category) => {
    expect(catalogue.pairName(id(master), id(app))).toBe(pair)
    expect(catalogue.categories[catalogue.pairCategoryId(id(master), id(app))]).toBe(category)
  })
  test.each([
    ['TLS', 'Google', 'ConnCheck'],
    ['TLS', 'Unknown', 'ConnCheck'],
    ['DNS', 'Google', 'Network'],
    ['IMAPS', 'Google', 'Email'],
  ])('%s and %s to a server of a category of its own: %s', (master, app, category) => {
    const own = catalogue.categoryOfServer('connectivitycheck.gstatic.com')
    expect(catalogue.categories[catalogue.pairCategoryId(id(master), id(app), own)]).toBe(category)
  })
})

describe('declaring', () => {
  const mail = dissector({ name: 'SMTP', category: 'Email', about: 'Mail', over: 'tcp', ports: [2525], alsoNames: { SMTPS: 'Email' } })
  const both = dissector({ name: 'Both', category: 'Network', about: 'Two transports', over: ['tcp', 'udp'], ports: [7], udpPorts: [8] })

  test("a dissector's ports come before the table's, and add to them as guesses", () => {
    const made = createCatalogue([mail, both])
    expect(made.get('SMTP')).toMatchObject({ about: 'Mail', tcpPorts: [2525], udpPorts: [] })
    expect(made.nameOf(made.guessByPort(TCP, 50_000, 2525))).toBe('SMTP')
    expect(made.get('SMTPS')).toMatchObject({ category: 'Email', tcpPorts: [465] })
    expect(made.nameOf(made.guessByPort(TCP, 50_000, 7))).toBe('Both')
    expect(made.guessByPort(UDP, 50_000, 7)).toBe(UNKNOWN)
    expect(made.nameOf(made.guessByPort(UDP, 50_000, 8))).toBe('Both')
  })
  test('a port that two claim stays with the first by name', () => {
    const other = dissector({ name: 'Alike', category: 'Network', about: 'The same port', over: 'tcp', ports: [7] })
    const made = createCatalogue([both, other])
    expect(made.nameOf(made.guessByPort(TCP, 50_000, 7))).toBe('Alike')
  })
  test('the order of dissectors does not change ids', () => {
    const ids = (c: Catalogue) => c.applications.map((a) => a.name)
    expect(ids(createCatalogue([mail, both]))).toEqual(ids(createCatalogue([both, mail])))
  })
  test('custom applications, server names and categories may be added', () => {
    const made = createCatalogue([])
    const id = made.add('Intranet', 'My own category')
    expect(made.add('Intranet')).toBe(id)
    expect(made.addServerName('intra.google.com', id)).toBe(true)
    expect(made.nameOf(made.applicationOfServer('wiki.intra.google.com'))).toBe('Intranet')
    expect(made.categories[made.categoryIdOf(id)]).toBe('My own category')
    expect(made.addServerName('', id)).toBe(false)
  })
  test('ids stay within 16 bits', () => {
    const made = new Catalogue()
    for (let i = 0; i < 65_535; i++) made.add(`rule${i}`)
    expect(made.applications.length).toBe(65_536)
    expect(made.add('one more')).toBe(UNKNOWN)
  })
})
