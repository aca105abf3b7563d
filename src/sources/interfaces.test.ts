import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Namespaces, whyNoNamespaces } from '../../test/namespaces.ts'
import { type InterfaceChange, interfaceChanges, watchInterfaces } from './interface-watch.ts'
import { type NetworkInterface, networkInterfaceList, usual } from './interfaces.ts'

const one = (name: string, index: number, more: Partial<NetworkInterface> = {}): NetworkInterface => ({
  ...{ name, index, kind: 'ethernet', up: true, running: true, loopback: false, linkType: 1, addresses: [], mac: undefined, mtu: 1500 },
  ...{ speedBps: undefined, master: undefined, members: [], lowers: [] },
  ...more,
})
const namesOf = (interfaces: readonly NetworkInterface[]) => interfaces.map(({ name }) => name)

describe('what is captured when nobody says what', () => {
  test.each<[string, NetworkInterface[], string[]]>([
    ['all that are up', [one('a', 1), one('b', 2), one('c', 3, { up: false })], ['a', 'b']],
    ['not the members of a bridge that is up', [one('br0', 1), one('a', 2, { master: 'br0' }), one('b', 3)], ['br0', 'b']],
    ['the members of a bridge that is down', [one('a', 2, { master: 'br0' }), one('br0', 1, { up: false })], ['a']],
    ['not a VLAN of an interface that is captured', [one('a', 1), one('a.5', 2, { kind: 'vlan', lowers: ['a'] })], ['a']],
    ['a VLAN of one that is not', [one('a.5', 2, { kind: 'vlan', lowers: ['a'] }), one('a', 1, { up: false })], ['a.5']],
    [
      'a tunnel over one that is, because it shows what is inside',
      [one('a', 1), one('vx', 2, { kind: 'tunnel', lowers: ['a'] })],
      ['a', 'vx'],
    ],
    ['members rather than their VRF', [one('a', 1, { master: 'red' }), one('red', 2, { kind: 'vrf' })], ['a']],
    ['nothing that cannot be read', [one('can0', 1, { linkType: undefined }), one('a', 2)], ['a']],
  ])('%s', (_, interfaces, expected) => {
    expect(namesOf(usual(interfaces))).toEqual(expected)
  })
})

describe('changes', () => {
  const told = (before: NetworkInterface[], after: NetworkInterface[]) =>
    interfaceChanges(before, after).map((change) => [
      change.what,
      change.interface.name,
      ...(change.what === 'renamed' ? [change.from] : []),
    ])
  test.each<[string, NetworkInterface[], NetworkInterface[], string[][]]>([
    ['none', [one('a', 1)], [one('a', 1)], []],
    ['added', [], [one('a', 1)], [['added', 'a']]],
    ['removed', [one('a', 1)], [], [['removed', 'a']]],
    ['renamed', [one('a', 1)], [one('b', 1)], [['renamed', 'b', 'a']]],
    [
      'replaced by another of that name',
      [one('a', 1)],
      [one('a', 2)],
      [
        ['removed', 'a'],
        ['added', 'a'],
      ],
    ],
    ['down', [one('a', 1)], [one('a', 1, { up: false })], [['down', 'a']]],
    [
      'up with an address',
      [one('a', 1, { up: false })],
      [one('a', 1, { addresses: ['192.0.2.1/24'] })],
      [
        ['up', 'a'],
        ['addresses', 'a'],
      ],
    ],
  ])('%s', (_, before, after, expected) => {
    expect(told(before, after)).toEqual(expected)
  })

  test('are told by the watch until it is stopped', async () => {
    let now = [one('a', 1)]
    const stop = new AbortController()
    const change = new Promise<readonly InterfaceChange[]>((resolve) =>
      watchInterfaces((changes) => resolve(changes), stop.signal, { list: () => now, everyMs: 5 }),
    )
    now = [one('a', 1, { up: false })]
    expect((await change).map(({ what }) => what)).toEqual(['down'])
    stop.abort()
  })
})

describe.skipIf(whyNoNamespaces !== undefined)(`as the system says ${whyNoNamespaces ?? ''}`, () => {
  const net = new Namespaces()
  let here: string
  let found: NetworkInterface[]
  const named = (name: string) => found.find((each) => each.name === name)

  beforeAll(() => {
    here = net.add('list')
    const peer = net.add('peer')
    const ip = (...args: string[]) => net.run(here, 'ip', ...args)
    net.cable({ namespace: here, name: 'v0' }, { namespace: peer, name: 'v1' })
    net.cable({ namespace: here, name: 'w0', address: '192.0.2.1/25' }, { namespace: peer, name: 'w1' })
    ip('link', 'add', 'br0', 'type', 'bridge')
    ip('link', 'set', 'v0', 'master', 'br0')
    ip('link', 'set', 'br0', 'up')
    ip('tuntap', 'add', 'dev', 'tun0', 'mode', 'tun')
    ip('tuntap', 'add', 'dev', 'tap0', 'mode', 'tap')
    ip('link', 'set', 'w0', 'mtu', '1400', 'address', '02:00:00:00:00:01')
    const program = `import { networkInterfaceList } from ${JSON.stringify(join(import.meta.dirname, 'interfaces.ts'))}
      console.log(JSON.stringify(networkInterfaceList()))`
    found = JSON.parse(net.run(here, process.execPath, '--input-type=module', '-e', program)) as NetworkInterface[]
  })
  afterAll(() => net.close())

  test('those that are up come first, loopback last, and what belongs to a bridge is left out', () => {
    expect(namesOf(found)[0]).toMatch(/^(?:v0|w0|br0)$/)
    expect(namesOf(found).at(-1)).toBe('lo')
    expect(namesOf(usual(found)).sort()).toEqual(['br0', 'lo', 'w0'])
  })
  test('kinds, link types, masters and members', () => {
    expect(named('lo')).toMatchObject({
      kind: 'loopback',
      loopback: true,
      up: true,
      running: true,
      linkType: 1,
      addresses: ['127.0.0.1/8'],
    })
    expect(named('br0')).toMatchObject({ kind: 'bridge', members: ['v0'], linkType: 1 })
    expect(named('v0')).toMatchObject({ kind: 'virtual', master: 'br0', members: [] })
    expect(named('tun0')).toMatchObject({ kind: 'tun', linkType: 101, up: false, running: false })
    expect(named('tap0')).toMatchObject({ kind: 'tap', linkType: 1 })
  })
  test('addresses, MAC, MTU, speed and number', () => {
    const index = Number(/^(\d+):/.exec(net.run(here, 'ip', '-o', 'link', 'show', 'w0'))![1])
    expect(named('w0')).toMatchObject({ addresses: ['192.0.2.1/25'], mac: '02:00:00:00:00:01', mtu: 1400, speedBps: 10e9, index })
  })
})

test.skipIf(process.platform !== 'linux')('agrees with ip about this machine', () => {
  const listed = execFileSync('ip', ['-o', 'link'], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => /^\d+: ([^:@]+)/.exec(line)![1]!)
  expect(namesOf(networkInterfaceList()).sort()).toEqual(listed.sort())
})
