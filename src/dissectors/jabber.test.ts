import { expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import jabber from './jabber.ts'
import { fromClient, fromServer, latin1, type Shown, show } from './testing.ts'

const s = (text: string): Shown => fromServer(latin1(text))
const c = (text: string): Shown => fromClient(latin1(text))
const declaration = "<?xml version='1.0'?>"
const stream =
  "<stream:stream to='Example.COM' from='ann@example.com' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>"
const starttls = c("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")

test('whom the client wants, and who it is', () => {
  expect(show(jabber, [c(declaration + stream)])).toMatchObject({
    verdict: Match,
    fields: { to: 'Example.COM', from: 'ann@example.com' },
    serverName: 'example.com',
    wantsMore: true,
  })
})
test.each([
  ['to="im.truphone.com"', 'TruPhone'],
  ["version='1.0'to='im.truphone.com'", 'TruPhone'],
  ["goto='im.truphone.com'", undefined],
])('TruPhone is known by its server: %s', (attribute, name) => {
  expect(show(jabber, [c(`<stream:stream xmlns='jabber:client' ${attribute}>`)]).becomes).toBe(name)
})
test.each([
  ["<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>", true],
  ["<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>", false],
])('STARTTLS answered by %s', (answer, within) => {
  expect(show(jabber, [c(stream), starttls, s(answer)]).within).toBe(within)
})
test('a word to proceed that nobody asked for is none', () => {
  expect(show(jabber, [c(stream), s('<proceed/>')]).within).toBe(false)
})

test.each<[string, Shown[], number]>([
  ['without a declaration', [c(stream)], Match],
  ['a server first', [s(declaration + stream)], Match],
  ['in two parts', [c(declaration), c(stream)], Match],
  ['cut', [c("<?xml version='1.0'?><stream:st")], NeedMore],
  ['other XML', [c(`${declaration}<html xmlns='http://www.w3.org/1999/xhtml'>`)], Exclude],
  ['other XML with a long head', [c(`${declaration}<stream:x ${'a '.repeat(600)}>`)], Exclude],
  ['HTML', [s('<html><head></head></html>')], Exclude],
])('%s', (_case, shown, verdict) => expect(show(jabber, shown).verdict).toBe(verdict))
