/** Who captures, as whom, and with which rights. */
import { chmodSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { sample } from './live-testing.ts'
import { Namespaces, whyNoNamespaces } from './namespaces.ts'
import { netflowDatagram, RECORDS } from './netflow-datagram.ts'
import { childrenOf, isRunning, rightsOf, type ThreadRights } from './processes.ts'
import { scratchFolder, until } from './product.ts'
import { type InsideOptions, InsideProduct, runInside } from './product-inside.ts'

const NOBODY = '65534'
const DNS_PACKETS = 76
const DNS_ANSWERS = 33
const ASNOBODY = ['setpriv', '--reuid', NOBODY, '--regid', NOBODY, '--clear-groups']
/** A datagram in hex, a port and an address. */
const SEND = `const [hex, port, address] = process.argv.slice(1)
  const socket = require('node:dgram').createSocket('udp4')
  socket.send(Buffer.from(hex, 'hex'), Number(port), address, () => socket.close())`
const CAPTURING = [...ASNOBODY, '--inh-caps', '+net_raw', '--ambient-caps', '+net_raw']

describe.skipIf(whyNoNamespaces !== undefined)(`rights of live capture ${whyNoNamespaces ?? ''}`, () => {
  const net = new Namespaces()
  const { path, dispose } = scratchFolder()
  let sender: string
  let receiver: string

  beforeAll(() => {
    chmodSync(path(''), 0o755)
    mkdirSync(path('closed'), { mode: 0o700 })
    sender = net.add('rights-s')
    receiver = net.add('rights-r')
    net.cable({ namespace: sender, name: 's0', address: '203.0.113.1/24' }, { namespace: receiver, name: 'r0', address: '203.0.113.2/24' })
  })
  afterAll(async () => {
    await net.close()
    dispose()
  })
  const open: InsideProduct[] = []
  afterEach(async () => {
    for (const product of open.splice(0)) await product.end()
  })
  async function start(args: readonly string[], options?: InsideOptions): Promise<InsideProduct> {
    const product = await InsideProduct.start(net, receiver, args, options)
    open.push(product)
    return product
  }
  const sends = () => net.run(sender, 'tcpreplay', '-q', '-i', 's0', '--topspeed', sample('dns.pcap'))
  const captures = async (product: InsideProduct) => {
    const before = (await product.totals()).packets
    sends()
    expect((await product.settled(before + DNS_PACKETS)).packets).toBe(before + DNS_PACKETS)
  }
  const promiscuity = () => Number(/promiscuity (\d+)/.exec(net.run(receiver, 'ip', '-d', 'link', 'show', 'dev', 'r0'))![1])
  const packetSockets = () => net.run(receiver, 'cat', '/proc/net/packet').trim().split('\n').length - 1
  const isOpen = ({ state }: { readonly state: string }) => state === 'running'

  test('a collector below port 1024 keeps its socket over a restart as nobody', async () => {
    const product = await start(['-i', 'netflow://203.0.113.2:955', '-d', path('collects')])
    await until('root is given up', () => /as user nobody/.test(product.said()) || undefined)
    for (const thread of rightsOf(product.pid)) expect(thread).toEqual(powerless(NOBODY))
    const records = async () => {
      const { items } = await product.get<{ items: { records: number }[] }>('/api/v1/exporters')
      return items.reduce((sum, one) => sum + one.records, 0)
    }
    let sent = 0
    const collects = async () => {
      const before = await records()
      const hex = netflowDatagram((sent += RECORDS), 500).toString('hex')
      net.run(sender, process.execPath, '-e', SEND, hex, '955', '203.0.113.2')
      await until('its records have come', async () => (await records()) === before + RECORDS || undefined)
    }
    await collects()
    for (let n = 0; n < 2; n++) {
      await product.post('/api/v1/interfaces/1/restart')
      await product.until('it is open', isOpen)
      await collects()
    }
    for (const enabled of [false, true]) await product.patch(`/api/v1/interfaces/1?enabled=${enabled}`)
    await product.until('it is open', isOpen)
    await collects()
  })

  test('root becomes nobody, and everything goes on', async () => {
    const product = await start(['-i', 'r0', '-d', path('data')])
    await until('root is given up', () => /as user nobody/.test(product.said()) || undefined)
    for (const thread of rightsOf(product.pid)) expect(thread).toEqual(powerless(NOBODY))
    await captures(product)

    await product.post('/api/v1/interfaces/1/restart')
    await product.until('it is open', isOpen)
    await captures(product)
    const sockets = packetSockets()
    for (const enabled of [false, true, false, true]) await product.patch(`/api/v1/interfaces/1?enabled=${enabled}`)
    await product.until('it is open', isOpen)
    await captures(product)
    await until('sockets are used again', () => packetSockets() === sockets || undefined)

    const recording = JSON.parse(await product.ask('/api/v1/recordings?format=pcap&maxPackets=76', 'POST', 201)) as { id: number }
    await captures(product)
    await until('it is recorded', async () => {
      const { packets } = await product.get<{ packets: number }>(`/api/v1/recordings/${recording.id}`)
      return packets === DNS_PACKETS || undefined
    })
    await product.ask('/api/v1/interfaces?name=sent.pcap', 'POST', 201, sample('dns.pcap'))
    await product.until('what was sent is read', ({ state }) => state === 'ended', 2)
    expect(statSync(path('data')).uid).toBe(Number(NOBODY))

    expect(await product.end()).toMatchObject({ status: 0 })
    expect(readdirSync(path('data')).filter((name) => name.startsWith('wiretop-uploads'))).toEqual([])
    // What was kept after that is not root's.
    for (const name of readdirSync(path('data'))) expect([name, statSync(path(`data/${name}`)).uid]).toEqual([name, Number(NOBODY)])
  })

  test('the packet filter holds for an interface that is captured after root was given up', async () => {
    net.cable({ namespace: sender, name: 's1' }, { namespace: receiver, name: 'r1' })
    const product = await start(['-i', 'r0', '-B', 'src port 53'])
    await until('root is given up', () => /as user nobody/.test(product.said()) || undefined)
    await product.ask('/api/v1/devices/r1/capture', 'POST', 201)
    await product.until('it is open', isOpen, 2)
    net.run(sender, 'tcpreplay', '-q', '-i', 's1', '--topspeed', sample('dns.pcap'))
    expect(await product.settled(DNS_ANSWERS, 2)).toMatchObject({ packets: DNS_ANSWERS })
  })

  test('-s stays root; -U becomes another user, after a port below 1024 was opened', async () => {
    const [asRoot, asDaemon] = await Promise.all([start(['-i', 'r0', '-s']), start(['-i', 'r0', '-U', 'daemon'], { listen: '80' })])
    await until('root is given up', () => /as user daemon/.test(asDaemon.said()) || undefined)
    for (const thread of rightsOf(asDaemon.pid)) expect(thread).toEqual(powerless('1'))
    expect(rightsOf(asRoot.pid)[0]).toMatchObject({ uids: '0 0 0 0' })
    expect(asDaemon.url).toBe('http://127.0.0.1:80')
    sends()
    for (const product of [asRoot, asDaemon]) expect((await product.settled(DNS_PACKETS)).packets).toBe(DNS_PACKETS)
    await Promise.all([asRoot.end(), asDaemon.end()])
  })

  test.each([
    [
      'a user that is not there',
      ['-U', 'nobody-knows'],
      /^wiretop: there is no user nobody-knows: give another with -U, or stay root with -s\n$/,
    ],
    [
      'a folder that the user cannot get to',
      ['-d', path('closed/data')],
      /^wiretop: nobody cannot get to \S*\/closed\/data: give another folder with -d[^\n]*\n$/,
    ],
  ])('%s: refused in one line', async (_, args, said) => {
    const { status, stderr } = await runInside(net, receiver, ['-w', 'auto', '-i', 'r0', ...args])
    expect(stderr).toMatch(said)
    expect(status).toBe(1)
  })

  test('a user without the right is told how to get it, and has the console; with CAP_NET_RAW he captures', async () => {
    const [without, withRight] = await Promise.all([
      start(['-i', 'r0'], { by: ASNOBODY }),
      start(['-i', 'r0', '-B', 'udp'], { by: CAPTURING }),
    ])
    expect(
      without
        .said()
        .split('\n')
        .filter((line) => /right/.test(line)),
    ).toEqual([expect.stringMatching(/^wiretop: no right to capture: start it with sudo, .*CAP_NET_RAW.*; the console runs for captures$/)])
    expect(await without.interfaces()).toEqual([])
    await without.ask('/api/v1/interfaces?name=sent.pcap', 'POST', 201, sample('dns.pcap'))
    await without.until('what was sent is read', ({ state }) => state === 'ended')
    sends()
    expect((await withRight.settled(34)).packets).toBe(34)
    await withRight.post('/api/v1/interfaces/1/restart')
    await withRight.until('it is open', isOpen)
    expect(promiscuity()).toBe(1)
    await Promise.all([without.end(), withRight.end()])
    expect(promiscuity()).toBe(0)
  })

  test('a killed process leaves neither promiscuity nor a helper', async () => {
    const product = await start(['-i', 'r0'])
    const helpers = await until('it has its helper', () => childrenOf(product.pid))
    expect(promiscuity()).toBe(1)
    await product.end('SIGKILL')
    await until('its helper has ended', () => helpers.every((pid) => !isRunning(pid)) || undefined)
    await until('promiscuity is over', () => promiscuity() === 0 || undefined)
  })
})

const powerless = (uid: string): ThreadRights => ({
  uids: Array(4).fill(uid).join(' '),
  groups: expect.stringMatching(/^\d+$/) as string,
  capabilities: Array(4).fill('0000000000000000'),
})
