import { expect, test } from 'vitest'
import { Dispatch } from './dispatch.ts'
import type { Dissector } from './dissector.ts'
import egp from './egp.ts'
import gre from './gre.ts'
import icmp from './icmp.ts'
import icmpv6 from './icmpv6.ts'
import igmp from './igmp.ts'
import ipInIp from './ip-in-ip.ts'
import ospf from './ospf.ts'
import pgm from './pgm.ts'
import pim from './pim.ts'
import sctp from './sctp.ts'
import { fromClient, hex, show } from './testing.ts'
import vrrp from './vrrp.ts'

const all: readonly Dissector[] = [egp, gre, icmp, icmpv6, igmp, ipInIp, ospf, pgm, pim, sctp, vrrp] as unknown as Dissector[]

test.each([
  [1, 'ICMP'],
  [2, 'IGMP'],
  [4, 'IP_in_IP'],
  [8, 'EGP'],
  [47, 'GRE'],
  [58, 'ICMPV6'],
  [89, 'OSPF'],
  [103, 'IP_PIM'],
  [112, 'VRRP'],
  [113, 'PGM'],
  [132, 'SCTP'],
])('IP protocol %i is %s', (number, name) => {
  expect(all[new Dispatch(all).ipProtocol(number)]?.name).toBe(name)
})

test.each([
  ['echo request', icmp, '0800 1234 0001 0001', { message: 'echo-request', type: 8, code: 0 }],
  ['port unreachable', icmp, '0303 0000', { message: 'unreachable', type: 3, code: 3 }],
  ['an unknown type', icmp, 'fd00', { message: 'other', type: 253 }],
  ['neighbour solicitation', icmpv6, '8700 0000 00000000', { message: 'neighbour-solicitation', type: 135 }],
  ['membership report', igmp, '2200 0000', { message: 'report-v3' }],
  ['OSPF hello', ospf, '0201 002c 0a000001 00000000 0000 0000', { version: 2, packet: 'hello', router: '10.0.0.1', area: '0.0.0.0' }],
  ['PIM hello', pim, '2000 0000', { message: 'hello' }],
  ['SCTP', sctp, '1234 0b59 00000001 00000000', { sourcePort: 0x1234, destinationPort: 2905 }],
  ['VRRP', vrrp, '3107 6401 0064 0000', { version: 3, virtualRouter: 7, priority: 100 }],
] as const)('%s', (_case, d, bytes, fields) => {
  const whole = hex(bytes)
  expect(show(d as unknown as Dissector, [fromClient(whole)], { transport: 99 }).fields).toMatchObject(fields)
  for (let n = 0; n < whole.length; n++)
    expect(show(d as unknown as Dissector, [fromClient(whole.subarray(0, n))], { transport: 99 }).bad).toBe(false)
})
