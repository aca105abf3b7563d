import { describe, expect, test } from 'vitest'
import { etherTypeName } from './ethertypes.ts'
import { BROADCAST_MAC, formatMac, isBroadcastMac, isLocalMac, isMulticastMac, macNumber, parseMac } from './mac.ts'
import { MALFORMED, MALFORMED_ABOUT } from './malformed.ts'
import { PROTOCOL_NAMES, protocolName, protocolNumber } from './protocols.ts'

describe('MAC addresses', () => {
  test.each(['00:00:00:00:00:00', 'ff:ff:ff:ff:ff:ff', '02:42:ac:11:00:02', '00:1b:21:ff:80:01'])('%s', (text) => {
    const mac = parseMac(text)!
    expect(formatMac(mac)).toBe(text)
    expect(macNumber(Uint8Array.from([9, ...text.split(':').map((h) => Number.parseInt(h, 16))]), 1)).toBe(mac)
  })
  test('other spellings', () => expect(formatMac(parseMac('02-42-AC-11-00-02')!)).toBe('02:42:ac:11:00:02'))
  test.each(['', '02:42:ac:11:00', '02:42:ac:11:00:02:03', '02:42-ac:11:00:02', '0242ac110002', 'g2:42:ac:11:00:02'])(
    '"%s" is none',
    (text) => expect(parseMac(text)).toBeUndefined(),
  )
  test('kinds', () => {
    const of = (text: string) => [isMulticastMac, isBroadcastMac, isLocalMac].map((is) => is(parseMac(text)!))
    expect(of('ff:ff:ff:ff:ff:ff')).toEqual([true, true, true])
    expect(of('01:00:5e:00:00:fb')).toEqual([true, false, false])
    expect(of('02:42:ac:11:00:02')).toEqual([false, false, true])
    expect(of('00:1b:21:00:80:01')).toEqual([false, false, false])
    expect(formatMac(BROADCAST_MAC)).toBe('ff:ff:ff:ff:ff:ff')
  })
})

describe('numbers with names', () => {
  test.each<[number, string]>([
    [0x0806, 'ARP'],
    [0x88cc, 'LLDP'],
    [0x42, 'Spanning Tree'],
    [0x2000, 'CDP'],
    [0x1234, '0x1234'],
    [0x7e, 'LLC 0x7e'],
    [0xabcd, '0xabcd'],
  ])('ethertype %i is %s', (type, name) => expect(etherTypeName(type)).toBe(name))

  test('IP protocols, both ways', () => {
    expect([6, 17, 1, 58, 2, 132, 50, 115, 200].map(protocolName)).toEqual([
      'tcp',
      'udp',
      'icmp',
      'icmpv6',
      'igmp',
      'sctp',
      'esp',
      'l2tp',
      '200',
    ])
    for (let n = 0; n < 256; n++) expect(protocolNumber(protocolName(n)), `${n}`).toBe(n)
    for (const name of PROTOCOL_NAMES) expect(protocolName(protocolNumber(name)!)).toBe(name)
    expect([protocolNumber('TCP'), protocolNumber('017'), protocolNumber('256'), protocolNumber('none'), protocolName(300)]).toEqual([
      6,
      17,
      undefined,
      undefined,
      '',
    ])
  })

  test('damages have distinct names, a layer, a cause and a sentence', () => {
    expect(new Set(MALFORMED).size).toBe(MALFORMED.length)
    expect(MALFORMED[0]).toBe('')
    for (const name of MALFORMED.slice(1)) expect(name).toMatch(/^[a-z0-9]+-[a-z-]+$/)
    expect(MALFORMED_ABOUT.slice(1).every((about) => about.length > 10)).toBe(true)
    expect(MALFORMED_ABOUT).toHaveLength(MALFORMED.length)
  })
})
