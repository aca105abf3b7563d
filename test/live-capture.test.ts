/** Live capture sees what tcpdump sees on the same wire. */
import { writeFileSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { analysed, captured, concatenate, ON_THE_WAY_MS, packetsIn, pause, sample, Tcpdump } from './live-testing.ts'
import { Namespaces, whyNoNamespaces } from './namespaces.ts'
import { scratchFolder, until } from './product.ts'
import { InsideProduct } from './product-inside.ts'

const MIB = 1024 * 1024
/** Packets of the sample. */
const DNS_OVER_UDP = 34

describe.skipIf(whyNoNamespaces !== undefined)(`live capture beside tcpdump ${whyNoNamespaces ?? ''}`, () => {
  const net = new Namespaces()
  const { path, dispose } = scratchFolder()
  let sender: string
  let receiver: string
  let mixed: string

  beforeAll(() => {
    sender = net.add('capture-s')
    receiver = net.add('capture-r')
    net.cable({ namespace: sender, name: 's0', address: '203.0.113.1/24' }, { namespace: receiver, name: 'r0', address: '203.0.113.2/24' })
    mixed = concatenate(
      path('mixed.pcap'),
      ...['office.pcap', 'vlan.pcap', 'qinq.pcap', 'ipv6.pcap', 'quic.pcap', 'fragments.pcap', 'arp.pcap', 'dns.pcap', 'vxlan.pcap'],
      ...['sip-rtp.pcap', 'tls13-http2.pcap', 'smb.pcap', 'ssh.pcap', 'tcp-loss.pcap'],
    )
  })
  afterAll(async () => {
    await net.close()
    dispose()
  })
  const open: InsideProduct[] = []
  async function start(...args: string[]): Promise<InsideProduct> {
    const product = await InsideProduct.start(net, receiver, args)
    open.push(product)
    return product
  }
  const replay = (file: string, ...options: string[]) => net.run(sender, 'tcpreplay', '-q', '-i', 's0', ...options, file)

  describe('without a filter', () => {
    let product: InsideProduct
    beforeAll(async () => {
      product = await start('-i', 'r0')
    })
    afterAll(() => product.end())
    beforeEach(async () => {
      await product.post('/api/v1/interfaces/1/restart')
      await product.until('open', ({ state }) => state === 'running')
    })

    test.each([
      ['as fast as it goes', '--topspeed'],
      ['paced', '--pps=2500'],
    ])('a mixed capture %s: packets, bytes, hosts, flows and their applications', async (_, speed) => {
      const tcpdump = await Tcpdump.start(net, receiver, 'r0', path('seen.pcap'))
      replay(mixed, speed)
      const file = await tcpdump.stop()
      const seen = await captured(product, packetsIn(file))
      const expected = await analysed(file)
      expect(expected.packets).toBeGreaterThan(2500)
      expect(seen).toEqual(expected)
      expect(await product.totals()).toMatchObject({ dropped: 0, flowsTotal: expected.flows.length })
    })

    test('segments that the sender has left together, also when the MTU has changed', async () => {
      writeFileSync(path('big'), new Uint8Array(4 * MIB))
      const server = net.start(receiver, 'python3', '-m', 'http.server', '--directory', path(''), '8000')
      await until('the server listens', () => net.run(receiver, 'ss', '-Hltn', 'sport = :8000') !== '' || undefined)
      const tcpdump = await Tcpdump.start(net, receiver, 'r0', path('transfer.pcap'))
      for (const mtu of ['1500', '9000']) {
        net.run(sender, 'ip', 'link', 'set', 's0', 'mtu', mtu)
        net.run(receiver, 'ip', 'link', 'set', 'r0', 'mtu', mtu)
        net.run(sender, 'curl', '-s', '-o', path('got'), 'http://203.0.113.2:8000/big')
      }
      const file = await tcpdump.stop()
      const seen = await captured(product, packetsIn(file))
      const expected = await analysed(file)
      expect(expected.bytes).toBeGreaterThan(8 * MIB)
      expect(expected.bytes / expected.packets).toBeGreaterThan(9000)
      expect(seen).toEqual(expected)
      server.kill()
    })
  })

  test('a packet filter lets through what it does in tcpdump, also of tags that the kernel takes out', async () => {
    const filters = ['vlan and tcp port 80', 'udp port 53 or icmp or ip6']
    const both = filters.map(async (filter, i) => ({
      product: await start('-i', 'r0', '-B', filter),
      tcpdump: await Tcpdump.start(net, receiver, 'r0', path(`filtered-${i}.pcap`), filter),
    }))
    await Promise.all(both)
    replay(mixed, '--topspeed')
    const seen = await Promise.all(
      (await Promise.all(both)).map(async ({ product, tcpdump }) => {
        const file = await tcpdump.stop()
        return { file, product, seen: await captured(product, packetsIn(file)) }
      }),
    )
    for (const each of seen) {
      const expected = await analysed(each.file)
      expect(expected.packets).toBeGreaterThan(10)
      expect(each.seen).toEqual(expected)
      await each.product.end()
    }
  })

  test('what passes twice counts once: on loopback, and on a bridge given together with its member', async () => {
    net.run(receiver, 'ip', 'link', 'add', 'br0', 'type', 'bridge')
    net.run(receiver, 'ip', 'link', 'set', 'r0', 'master', 'br0')
    net.run(receiver, 'ip', 'link', 'set', 'br0', 'up')
    const product = await start('-i', 'lo', '-i', 'br0,r0', '-B', 'udp')
    const [loopback, bridge] = await product.interfaces()
    expect(loopback?.device?.names).toEqual(['lo'])
    expect(bridge?.device?.names).toEqual(['br0'])
    const send =
      'import socket\ns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\nfor i in range(100): s.sendto(b"x", ("127.0.0.1", 9))'
    net.run(receiver, 'python3', '-c', send)
    replay(sample('dns.pcap'), '--topspeed')
    await product.settled(100)
    await pause(ON_THE_WAY_MS)
    expect(await product.totals(1)).toMatchObject({ packets: 100, flows: 1, hosts: 1 })
    expect(await product.totals(2)).toMatchObject({ packets: DNS_OVER_UDP })
    await product.end()
  })
})
