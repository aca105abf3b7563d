import { describe, expect, test } from 'vitest'
import { dissector } from '../dissectors/dissector.ts'
import { parseAddress } from '../wire/address.ts'
import { serverNameTables } from './applications/index.ts'
import { namesOf } from './applications/table.ts'
import { Catalogue, createCatalogue, UNKNOWN } from './catalogue.ts'
import { categories } from './categories.ts'
import { NO_CUSTOM_TEXTS, type RuleText, withNames } from './custom-names.ts'
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

describe('what users say', () => {
  const customised = (applications: string, categories = '', lists: readonly RuleText[] = []) => {
    const made = createCatalogue()
    const texts = {
      applications: [{ file: 'apps.txt', text: applications }],
      categories: [{ file: 'categories.txt', text: categories }, ...lists],
    }
    const namesSoFar = withNames(NO_CUSTOM_TEXTS.namesSoFar, texts.applications, texts.categories)
    const faults = made.customise({ ...texts, namesSoFar })
    return { made, faults }
  }
  const appOfServer = (made: Catalogue, server: string) => {
    const rule = made.rules?.ofServer(server) ?? -1
    return rule < 0 ? undefined : made.nameOf(made.rules!.appOf(rule))
  }

  test('nothing is looked up while there are no rules', () => {
    const { made, faults } = customised('# nothing yet', '# nor here')
    expect([made.rules, made.customCategories, faults]).toEqual([undefined, undefined, []])
  })

  test('the longest name wins, and of two alike the later', () => {
    const { made } = customised('host:example.com@One\nhost:www.example.com@Two\nhost:cdn-@Three\nhost:example.com@Four')
    expect(appOfServer(made, 'www.example.com')).toBe('Two')
    expect(appOfServer(made, 'a.example.com')).toBe('Four')
    expect(appOfServer(made, 'cdn-7.example.org')).toBe('Three')
    expect(appOfServer(made, 'notexample.com')).toBeUndefined()
  })

  test('names are those of the catalogue in any case, and new ones otherwise', () => {
    const { made } = customised('tcp:81@http\nhost:a.example@Mine\nhost:b.example@MINE')
    expect(made.nameOf(made.rules!.appOf(made.rules!.ofPort(TCP, 81)))).toBe('HTTP')
    expect([appOfServer(made, 'a.example'), appOfServer(made, 'b.example')]).toEqual(['Mine', 'Mine'])
    expect(made.get('Mine')).toMatchObject({ category: 'Unspecified' })
    expect(made.rules!.sourceOf(made.rules!.ofServer('b.example'))).toEqual({ file: 'apps.txt', line: 3 })
    expect(made.isServerPort(TCP, 81)).toBe(true)
    expect(made.isServerPort(UDP, 81)).toBe(false)
  })

  test('other threads, told what has been, give the same ids; those of rules that are gone stay', () => {
    const made = createCatalogue()
    const first = [{ file: 'apps.txt', text: 'tcp:1@A\ntcp:2@B' }]
    const firstNames = withNames(NO_CUSTOM_TEXTS.namesSoFar, first, [])
    made.customise({ categories: [], applications: first, namesSoFar: firstNames })
    const idOfB = made.idOf('B')
    const second = [{ file: 'apps.txt', text: 'tcp:3@C\ntcp:2@b\ntcp:80@http' }]
    const namesSoFar = withNames(firstNames, second, [])
    made.customise({ categories: [], applications: second, namesSoFar })
    expect([made.nameOf(idOfB), made.idOf('B')]).toEqual(['B', idOfB])
    const late = createCatalogue()
    late.customise({ categories: [], applications: second, namesSoFar })
    expect(['A', 'B', 'C'].map((app) => late.idOf(app))).toEqual(['A', 'B', 'C'].map((app) => made.idOf(app)))
  })

  test('there is room for so many applications', () => {
    const { made, faults } = customised(Array.from({ length: 65_536 }, (_, i) => `tcp:1@rule ${i}`).join('\n'))
    expect(made.applications.length).toBe(65_536)
    expect(faults[0]).toEqual({
      file: 'apps.txt',
      line: expect.any(Number),
      column: 7,
      message: expect.stringContaining('as many applications'),
    })
  })

  test('categories of servers and addresses, before what is known by itself', () => {
    const lists = [{ file: 'bad.txt', text: 'evil.example\n192.0.2.0/24', category: 'Malware' }]
    const { made } = customised('', 'host:captive.apple.com,ipv6:[2001:db8::]/32@Our own', lists)
    const words = (text: string) => parseAddress(text)!
    const category = (id: number) => made.categories[id]
    expect(category(made.categoryOfServer('x.evil.example'))).toBe('Malware')
    expect(category(made.categoryOfServer('captive.apple.com'))).toBe('Our own')
    expect(category(made.categoryOfServer('connectivitycheck.gstatic.com'))).toBe('ConnCheck')
    expect(category(made.categoryOfAddress(...words('192.0.2.9')))).toBe('Malware')
    expect(category(made.categoryOfAddress(...words('2001:db8::9')))).toBe('Our own')
    expect(made.categoryOfAddress(...words('192.0.3.9'))).toBe(-1)
    expect(createCatalogue().categoryOfAddress(...words('192.0.2.9'))).toBe(-1)
  })

  test('the categories that are there for users can be called otherwise, until the line is gone', () => {
    const { made, faults } = customised('', 'host:a.example@Factory\n@User custom category 2=Factory')
    expect(made.categories[made.categoryOfServer('a.example')]).toBe('Factory')
    expect(made.categories).not.toContain('User custom category 2')
    expect(made.categories.filter((name) => name === 'Factory').length).toBe(1)
    expect(faults).toEqual([])
    made.customise(NO_CUSTOM_TEXTS)
    expect(made.categories).toContain('User custom category 2')
    expect(made.categories).not.toContain('Factory')
  })

  test('a flow is named quickly however many rules there are', () => {
    const text = Array.from(
      { length: 10_000 },
      (_, i) => `ip:10.${i >> 8}.${i & 255}.0/24:443,host:h${i}.example,tcp:${i + 1}@Rule ${i % 50}`,
    ).join('\n')
    const { made, faults } = customised(text)
    expect(faults).toEqual([])
    expect(made.rules!.count).toBe(10_000)
    expect(appOfServer(made, 'www.h9999.example')).toBe('Rule 49')
    const [w0, w1, w2, w3] = parseAddress('10.39.15.77')!
    const server = { w0, w1, w2, w3, port: 443 }
    expect(made.nameOf(made.rules!.appOf(made.rules!.ofEnds(server, { ...server, w3: 1 })))).toBe('Rule 49')
  })
})
