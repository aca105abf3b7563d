import { describe, expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import socks from './socks.ts'
import { concat, fromClient, fromServer, hex, latin1, type Shown, show } from './testing.ts'

const c = (text: string): Shown => fromClient(hex(text))
const s = (text: string): Shown => fromServer(hex(text))
const byName = (name: string) => fromClient(concat(hex('05 01 00 03'), Uint8Array.of(name.length), latin1(name), hex('01 bb')))

describe('SOCKS 5', () => {
  test('by name: the target, and what follows is read afresh', () => {
    const report = show(socks, [c('05 01 00'), s('05 00'), byName('WWW.example.com'), s('05 00 00 01 00000000 0000')])
    expect(report).toMatchObject({
      verdict: Match,
      packets: 2,
      within: true,
      fields: { version: 5, host: 'WWW.example.com', port: 443 },
      serverName: 'www.example.com',
      info: 'WWW.example.com:443',
      inside: 'SOCKS',
    })
  })
  test('with user and password, of which the user is kept', () => {
    const auth = fromClient(concat(hex('01 03'), latin1('ann'), hex('06'), latin1('secret')))
    const report = show(socks, [
      c('05 02 00 02'),
      s('05 02'),
      auth,
      s('01 00'),
      c('05 01 00 01 c0000201 0050'),
      s('05 00 00 01 00000000 0000'),
    ])
    expect(report).toMatchObject({ within: true, fields: { user: 'ann', host: '192.0.2.1', port: 80 } })
    expect(report.serverName).toBeUndefined()
    expect(JSON.stringify(report)).not.toContain('secret')
  })
  test('an IPv6 target', () => {
    const report = show(socks, [c('05 01 00'), s('05 00'), c('05 01 00 04 20010db8000000000000000000000001 01bb')])
    expect(report.fields).toMatchObject({ host: '2001:0db8:0000:0000:0000:0000:0000:0001', port: 443 })
  })
  test.each([
    ['05 05 00 01 00000000 0000', 'refused by the proxy'],
    ['05 00 00 07 00000000 0000', 'an address of an unknown kind'],
  ])('%s: %s, nothing follows', (answer) => {
    expect(show(socks, [c('05 01 00'), s('05 00'), byName('x.example'), s(answer)])).toMatchObject({ within: false, wantsMore: false })
  })
  test('no method at all', () => expect(show(socks, [c('05 01 00'), s('05 ff')])).toMatchObject({ verdict: Match, wantsMore: false }))
})

describe('SOCKS 4', () => {
  test('4a, by name', () => {
    const request = fromClient(concat(hex('04 01 01bb 00000001'), latin1('ann\0www.example.com\0')))
    expect(show(socks, [request, s('00 5a 0000 00000000'), fromClient(latin1('x'))])).toMatchObject({ verdict: Match, within: true })
  })
  test('the request, seen again after the match', () => {
    const request = fromClient(concat(hex('04 01 01bb 00000001'), latin1('ann\0www.example.com\0')))
    const report = show({ ...socks, extract: (cur, out, ctx) => socks.extract!(cur, out as never, ctx) && 1 } as typeof socks, [
      request,
      s('00 5a 0000 00000000'),
      fromClient(new Uint8Array(0)),
    ])
    expect(report).toMatchObject({ fields: { version: 4, user: 'ann', host: 'www.example.com', port: 443 }, serverName: 'www.example.com' })
  })
  test('refused', () => {
    expect(show(socks, [c('04 01 0050 c0000201 00'), s('00 5b 0000 00000000')])).toMatchObject({ verdict: Match, within: false })
  })
})

test.each<[string, Shown[], number]>([
  ['a greeting alone', [c('05 01 00')], NeedMore],
  ['a greeting cut', [c('05 02 00')], NeedMore],
  ['more than a greeting', [c('05 01 00 ff')], Exclude],
  ['no method offered', [c('05 00')], Exclude],
  ['a method unknown', [c('05 01 33')], Exclude],
  ['an answer to nothing', [s('05 00')], Exclude],
  ['an answer of another version', [c('05 01 00'), s('04 00')], Exclude],
  ['an answer too long', [c('05 01 00'), s('05 00 00')], Exclude],
  ['SOCKS 4 to port 0', [c('04 01 0000 c0000201 00')], Exclude],
  ['SOCKS 4 without an end', [c('04 01 0050 c0000201 61')], Exclude],
  ['SOCKS 4 with a user of control characters', [c('04 01 0050 c0000201 0102 00')], Exclude],
])('%s', (_case, shown, verdict) => expect(show(socks, shown).verdict).toBe(verdict))
