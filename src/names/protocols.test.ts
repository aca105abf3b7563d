import { expect, test } from 'vitest'
import { createCatalogue } from './catalogue.ts'
import { NO_CUSTOM_TEXTS } from './custom-names.ts'
import { evidenceText, portsText, protocolList } from './protocols.ts'

const catalogue = createCatalogue()
const list = protocolList(catalogue)
const one = (name: string, of = list) => of.find((p) => p.name === name)!

test('all of the catalogue, sorted, each once', () => {
  expect(list.length).toBe(catalogue.applications.length - 1)
  const names = list.map(({ name }) => name.toLowerCase())
  expect(names).toEqual(names.toSorted())
  expect(new Set(names).size).toBe(names.length)
})

test.each([
  ['DNS', ['payload', 'port'], 'tcp 53; udp 53'],
  ['NetFlix', ['server-name'], ''],
  ['OSPF', ['ip-protocol'], 'tcp 2604; ip 89'],
  ['WebDAV', ['inside'], ''],
  ['IMAPS', ['payload', 'port'], 'tcp 993'],
])('%s is recognised by %j, and has ports %j', (name, by, ports) => {
  expect(one(name).by).toEqual(expect.arrayContaining(by))
  expect(portsText(one(name))).toBe(ports)
})

test('what is found inside another says inside which', () => {
  expect(one('WebDAV').inside).toContain('HTTP')
  expect(one('WhatsAppCall').inside).toEqual(['STUN'])
  expect(evidenceText(one('WhatsAppCall'))).toContain('inside STUN')
})

test('the counts, fields and first bytes are those of the tables and the dissector', () => {
  expect(one('NetFlix').serverNames).toBeGreaterThan(3)
  expect(evidenceText(one('NetFlix'))).toContain(`server names (${one('NetFlix').serverNames})`)
  expect(one('DNS').fields.length).toBeGreaterThan(2)
  expect(one('TLS').firstBytes).toMatch(/^([0-9a-f]{2}(–[0-9a-f]{2})?)( [0-9a-f]{2}(–[0-9a-f]{2})?)*$/)
  expect(one('TLS').about).not.toBe('')
})

test('custom rules add theirs, while they last', () => {
  const own = createCatalogue()
  const say = (text: string) => own.customise({ ...NO_CUSTOM_TEXTS, applications: [{ file: 'f', text }] })
  say('tcp:1@Mine\nhost:a.example@Mine\ntcp:81@HTTP')
  expect(one('Mine', protocolList(own))).toMatchObject({ by: ['custom-rule'], customRules: 2, category: 'Unspecified' })
  expect(evidenceText(one('HTTP', protocolList(own)))).toMatch(/^custom rules \(1\); payload/)
  say('')
  expect(one('Mine', protocolList(own))).toBeUndefined()
})
