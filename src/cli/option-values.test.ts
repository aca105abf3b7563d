import { describe, expect, it } from 'vitest'
import type { NetworkInterface } from '../sources/interfaces.ts'
import { checkInput, inputOf, interfaceLines } from './input-kind.ts'
import { Refusal } from './option.ts'
import { byteCount, httpAddress, networkList, wholeNumber } from './option-values.ts'

const REFUSED = expect.any(Refusal)

describe('httpAddress', () => {
  const cases: [string, unknown][] = [
    ['3000', { host: '127.0.0.1', port: 3000 }],
    [':3000', { host: '127.0.0.1', port: 3000 }],
    ['0', undefined],
    ['auto', { host: '127.0.0.1', port: 0 }],
    ['*:80', { host: '::', port: 80 }],
    ['0.0.0.0:auto', { host: '0.0.0.0', port: 0 }],
    ['192.168.1.2:65535', { host: '192.168.1.2', port: 65535 }],
    ['[::1]:3000', { host: '::1', port: 3000 }],
    ['my-host.example:3000', { host: 'my-host.example', port: 3000 }],
    ['', REFUSED],
    ['65536', REFUSED],
    ['-1', REFUSED],
    ['::1:3000', REFUSED],
    ['[::1]', REFUSED],
    ['[x]:1', REFUSED],
    ['1.2.3:80', REFUSED],
    ['1.2.3.256:80', REFUSED],
    ['a b:80', REFUSED],
    ['host:', REFUSED],
    ['http://x:80', REFUSED],
  ]
  it.each(cases)('%s', (text, expected) => expect(httpAddress(text)).toEqual(expected))
})

describe('networkList', () => {
  const cases: [string, unknown][] = [
    ['192.168.1.0/24', ['192.168.1.0/24']],
    ['192.168.1.77/24', ['192.168.1.0/24']],
    ['10.0.0.0/255.0.0.0, 172.16.0.0/12', ['10.0.0.0/8', '172.16.0.0/12']],
    ['10.1.2.3', ['10.1.2.3/32']],
    ['0.0.0.0/0.0.0.0', ['0.0.0.0/0']],
    ['10.1.2.3/255.255.255.255', ['10.1.2.3/32']],
    ['fd00::1/8,::1', ['fd00::/8', '::1/128']],
    ['10.0.0.0/255.0.255.0', REFUSED],
    ['10.0.0.0/33', REFUSED],
    ['fd00::/255.0.0.0', REFUSED],
    ['10.0.0.0/8,,', REFUSED],
    ['', REFUSED],
    [Array(1025).fill('10.0.0.0/8').join(), REFUSED],
  ]
  it.each(cases)('%s', (text, expected) => expect(networkList(text)).toEqual(expected))
})

describe('byteCount', () => {
  const cases: [string, unknown][] = [
    ['1', 1],
    ['500M', 500 * 1024 ** 2],
    ['2GiB', 2 * 1024 ** 3],
    ['3 kb', 3072],
    ['0', REFUSED],
    ['1.5G', REFUSED],
    ['99999999T', REFUSED],
    ['G', REFUSED],
  ]
  it.each(cases)('%s', (text, expected) => expect(byteCount(text)).toEqual(expected))
})

it.each(['', '1e3', ' 5', '4', '11', '٧'])('wholeNumber refuses %j', (text) => expect(wholeNumber(5, 10)(text)).toEqual(REFUSED))

const known = (name: string, i: number): NetworkInterface => ({
  name,
  index: i + 1,
  kind: name === 'br0' ? 'bridge' : 'ethernet',
  up: true,
  running: true,
  loopback: false,
  linkType: 1,
  addresses: [],
  mac: undefined,
  mtu: 1500,
  speedBps: undefined,
  master: name === 'port1' ? 'br0' : undefined,
  members: name === 'br0' ? ['port1'] : [],
  lowers: [],
})

describe('inputs', () => {
  const surroundings = {
    exists: (path: string) => ['a.pcap', 'eth9', '7'].includes(path),
    interfaces: () => ['wlan', 'enp0s3', 'br0', 'port1'].map(known),
  }
  const accepted = ['-', 'a.pcap', 'none.pcap', 'captures', './eth0', '/tmp/eth0', 'a.pcap,none.pcap', 'eth9', '7', 'a.pcap,-']
  it.each(accepted)('takes %s', (spec) => expect(checkInput(spec, surroundings)).toBeUndefined())
  const refused: [string, string][] = [
    ['enp0s4', 'no such interface: did you mean enp0s3?; there are wlan, enp0s3, br0, port1'],
    ['a.pcap,enp0s3', 'interfaces and captures cannot be merged'],
    ['8', 'there is no interface of that number; there are wlan'],
    ['0', 'there is no interface of that number'],
    ['tcp://10.0.0.1', 'tcp://10.0.0.1: '],
    ['lab@tcp://10.0.0.1:5556,tcp://10.0.0.2:5556', 'collecting flows'],
    ['sflow+tcp://0.0.0.0', 'only IPFIX comes by tcp'],
  ]
  it.each(refused)('refuses %s', (spec, why) => expect(checkInput(spec, surroundings)?.reason).toContain(why))
  const live: [string, string[]][] = [
    ['wlan', ['wlan']],
    ['2', ['enp0s3']],
    ['any', ['any']],
    ['wlan, enp0s3', ['wlan', 'enp0s3']],
    ['br0,port1,wlan', ['br0', 'wlan']],
  ]
  it.each(live)('%s is captured live', (spec, devices) => expect(inputOf(spec, surroundings)).toEqual({ kind: 'live', devices }))
  it('lists the interfaces by the numbers that are understood', () => {
    expect(interfaceLines(surroundings.interfaces())[1]).toBe('  2  enp0s3 (ethernet)')
  })
})
