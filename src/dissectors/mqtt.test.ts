import { expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import { u16 } from './dns-testing.ts'
import mqtt from './mqtt.ts'
import { sameHoweverCut } from './split-testing.ts'
import { concat, fromClient, fromServer, hex, latin1, show } from './testing.ts'

const field = (text: string) => concat(u16(text.length), latin1(text))
const packet = (first: number, ...parts: Uint8Array[]) => {
  const body = concat(...parts)
  return concat(Uint8Array.of(first, ...(body.length < 128 ? [body.length] : [(body.length & 127) | 128, body.length >> 7])), body)
}
const connect = packet(0x10, field('MQTT'), hex('04 c2 003c'), field('sensor-7'), field('plant'), field('secret'))
const publish = packet(0x30, field('plant/7/temperature'), latin1('21.5'))

test('connect, in pieces, and what follows', () => {
  const bytes = concat(connect, publish)
  const said = show(
    mqtt,
    [fromClient(bytes.subarray(0, 5)), fromClient(bytes.subarray(5, 30)), fromServer(hex('20020005')), fromClient(bytes.subarray(30))],
    { serverPort: 2883 },
  )
  expect(said).toMatchObject({
    verdict: Match,
    bad: false,
    fields: { version: '3.1.1', clientId: 'sensor-7', user: 'plant', returnCode: 5, topic: 'plant/7/temperature' },
  })
})
test('version 5 with properties and a will; version 3.1', () => {
  const five = packet(0x10, field('MQTT'), hex('05 86 003c 05 1100000e10'), field('c5'), hex('00'), field('t'), field('w'), field('u5'))
  expect(show(mqtt, [fromClient(five)]).fields).toMatchObject({ version: '5', clientId: 'c5', user: 'u5' })
  const old = packet(0x10, field('MQIsdp'), hex('03 02 003c'), field('old'))
  expect(show(mqtt, [fromClient(old)]).fields).toMatchObject({ version: '3.1', clientId: 'old' })
})
test('a running session: pings and acknowledgements, then a message', () => {
  const said = show(mqtt, [fromServer(hex('d000')), fromServer(hex('40020007')), fromServer(publish)], {
    serverPort: 2883,
    midStream: true,
  })
  expect(said).toMatchObject({ verdict: Match, packets: 3 })
  expect(show(mqtt, [fromClient(packet(0x82, hex('0001'), field('plant/#'), hex('00')))], { serverPort: 2883 }).verdict).toBe(Match)
})
test.each([
  ['pings alone', concat(hex('c000'), hex('c000')), NeedMore],
  ['another protocol name', packet(0x10, field('MQTX'), hex('04 02 003c'), field('x')), Exclude],
  ['a reserved flag', packet(0x10, field('MQTT'), hex('04 03 003c'), field('x')), Exclude],
  ['version 6', packet(0x10, field('MQTT'), hex('06 02 003c'), field('x')), Exclude],
  ['a topic with a wildcard', packet(0x30, field('plant/#'), latin1('x')), Exclude],
  ['a topic with control characters', packet(0x30, field('pl\x01nt'), latin1('x')), Exclude],
  ['quality of service 3', packet(0x36, field('plant'), latin1('x')), Exclude],
  ['a message followed by what is none', concat(publish, hex('ff')), Exclude],
  ['digits', latin1('0123456789'), Exclude],
  ['a length of five bytes', hex('10 ffffffffff 0004'), Exclude],
])('%s', (_case, bytes, verdict) => {
  expect(show(mqtt, [fromClient(bytes)], { serverPort: 2883 }).verdict).toBe(verdict)
})
test('a hostile client id', () => {
  expect(show(mqtt, [fromClient(packet(0x10, field('MQTT'), hex('04 02 003c'), field('<script>\x00')))]).fields['clientId']).toBe(
    '<script>\u2400',
  )
})

test('the same however it is cut', () => {
  sameHoweverCut(mqtt, connect, { serverPort: 2883 })
  sameHoweverCut(mqtt, publish, { serverPort: 2883 })
  sameHoweverCut(mqtt, concat(hex('c000'), packet(0x82, hex('0001'), field('a/b'), hex('01'))))
})
test('what only looks like a subscription or an answer', () => {
  const verdict = (bytes: Uint8Array, from = fromClient) => show(mqtt, [from(bytes)]).verdict
  expect(verdict(packet(0x82, hex('0000'), field('plant'), hex('00')))).toBe(Exclude)
  expect(verdict(packet(0x82, hex('0001'), field('plant'), hex('03')))).toBe(Exclude)
  expect(verdict(packet(0x82, hex('0001'), field('p'), hex('00')))).toBe(Exclude)
  expect(verdict(hex('20020005'), fromServer)).toBe(Match)
  expect(verdict(hex('20020006'), fromServer)).toBe(Exclude)
  expect(verdict(hex('20020205'), fromServer)).toBe(Exclude)
  expect(verdict(hex('2002000500'), fromServer)).toBe(Exclude)
  expect(verdict(hex('20020005'))).toBe(Exclude)
})
