/** What is lost or breaks is counted, said, and can be begun again; what is asked for wrongly is refused in one line. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { analysed, pause, sample } from './live-testing.ts'
import { Namespaces, whyNoNamespaces } from './namespaces.ts'
import { outputOf, scratchFolder, until } from './product.ts'
import { type InsideOptions, InsideProduct, runInside, startInside } from './product-inside.ts'

const DNS_PACKETS = 76
const LOOPS = 130
const BURST = DNS_PACKETS * LOOPS
const DYING = join(import.meta.dirname, 'dying-worker.js')

describe.skipIf(whyNoNamespaces !== undefined)(`faults of live capture ${whyNoNamespaces ?? ''}`, () => {
  const net = new Namespaces()
  const { path, dispose } = scratchFolder()
  let sender: string
  let receiver: string

  beforeAll(() => {
    sender = net.add('faults-s')
    receiver = net.add('faults-r')
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
  const sends = (...options: string[]) => net.run(sender, 'tcpreplay', '-q', '-i', 's0', '--topspeed', ...options, sample('dns.pcap'))
  const promiscuity = () => Number(/promiscuity (\d+)/.exec(net.run(receiver, 'ip', '-d', 'link', 'show', 'dev', 'r0'))![1])

  test('a burst while nobody reads: a small ring loses and counts all that it lost, the usual one loses nothing', async () => {
    const [small, usual] = await Promise.all([start(['-i', 'r0', '--ring-bytes', '1M']), start(['-i', 'r0'])])
    for (const { pid } of [small, usual]) process.kill(pid, 'SIGSTOP')
    sends('--loop', String(LOOPS))
    for (const { pid } of [small, usual]) process.kill(pid, 'SIGCONT')
    const lost = await until('all is accounted for', async () => {
      const { packets, dropped } = await small.totals()
      return packets + dropped >= BURST ? { packets, dropped } : undefined
    })
    expect(lost.dropped).toBeGreaterThan(0)
    expect(lost.packets + lost.dropped).toBe(BURST)
    expect(await usual.settled(BURST)).toMatchObject({ packets: BURST, dropped: 0 })
  })

  test('a worker that dies leaves the interface alone and its own as failed; after root was given up it can be begun again', async () => {
    writeFileSync(path('once'), '')
    const product = await start(['-i', 'r0'], {
      env: { NODE_OPTIONS: `--import ${DYING}`, WIRETOP_TEST_DYING: 'quiet interfaces', WIRETOP_TEST_DYING_ONCE: path('once') },
    })
    await product.until('it has failed', ({ state }) => state === 'failed')
    expect(await product.entry()).toMatchObject({ failure: expect.stringContaining('struck by lightning') as string })
    await until('it is not promiscuous any more', () => promiscuity() === 0 || undefined)
    await until('root is given up', () => /as user nobody/.test(product.said()) || undefined)
    await product.post('/api/v1/interfaces/1/restart')
    await product.until('it is open', ({ state }) => state === 'running')
    sends()
    expect(await product.settled(DNS_PACKETS)).toMatchObject({ packets: DNS_PACKETS })
  })

  test.each([
    ['an interface that is not there', ['-i', 'r00'], /^wiretop: option -i: r00: no such interface: did you mean r0\?; there are r0, lo$/],
    ['a number that no interface has', ['-i', '9'], /^wiretop: option -i: 9: there is no interface of that number; there are r0, lo$/],
    ['a filter that is none', ['-i', 'r0', '-B', 'udp prot 53'], /^wiretop: option -B: .*syntax error.* at character 5: 'prot 53'.*$/],
  ])('%s: refused in one line', async (_, args, said) => {
    const { status, stderr } = await runInside(net, receiver, ['-w', 'auto', ...args])
    expect(stderr.trimEnd()).toMatch(said)
    expect(status).toBe(2)
  })

  test('--help numbers the interfaces, and a number is taken; none captures nothing', async () => {
    const { stdout } = await runInside(net, receiver, ['--help'])
    expect(stdout).toMatch(/^ {2}1 {2}r0 \(virtual, 203\.0\.113\.2\/24\)\n {2}2 {2}lo \(loopback, 127\.0\.0\.1\/8\)$/m)
    const [numbered, none] = await Promise.all([start(['-i', '1']), start(['-i', 'none'])])
    expect((await numbered.entry()).device?.names).toEqual(['r0'])
    expect(await none.interfaces()).toEqual([])
  })

  test('capture and top read an interface by themselves, and end with Ctrl-C', async () => {
    const before = promiscuity()
    const recorder = startInside(net, receiver, ['capture', '-i', 'r0', '-w', path('recorded.pcapng')])
    const top = startInside(net, receiver, ['top', '-i', 'r0', '--batch', '1000'])
    const [recording, looks] = [outputOf(recorder), outputOf(top)]
    await until('both capture', () => promiscuity() === before + 2 || undefined)
    sends()
    await until('top shows it', () => /192\.168\.20\.53/.test(looks.said()) || undefined)
    await pause(500)
    for (const child of [recorder, top]) child.kill('SIGINT')
    expect((await recording.ended).status).toBe(0)
    expect(recording.said()).toMatch(/76 packets/)
    expect((await looks.ended).status).toBe(0)
    expect((await analysed(path('recorded.pcapng'))).packets).toBe(DNS_PACKETS)
    expect(promiscuity()).toBe(before)
    const once = await runInside(net, receiver, ['top', '-i', 'r0', '--once'])
    expect(once).toMatchObject({ status: 0, stderr: '' })
    expect(once.stdout).toMatch(/r0/)
  })

  test('it ends within two seconds of a signal, with its totals', async () => {
    const product = await start(['-i', 'r0'])
    sends()
    await product.settled(DNS_PACKETS)
    const startedMs = performance.now()
    const { status, stderr } = await product.end('SIGINT')
    expect(performance.now() - startedMs).toBeLessThan(2_000)
    expect(stderr).toMatch(/^wiretop: r0: 76 packets, [\d.]+ kB, \d+ flows, \d+ hosts, 0 malformed, 0 dropped$/m)
    expect(status).toBe(0)
  })

  test('in the background: it says when it answers, its file names it, and it ends with a signal', async () => {
    const args = (file: string, port: string, data: string) => ['-e', '-i', 'r0', '-G', path(file), '-d', path(data), '-w', port, '-s']
    const started = await runInside(net, receiver, args('pid', '8080', 'data'))
    const pid = Number(readFileSync(path('pid'), 'utf8'))
    try {
      expect(started.status).toBe(0)
      expect(started.stderr).toMatch(/the console is on http:\/\/127\.0\.0\.1:8080/)
      expect(net.run(receiver, 'curl', '-sf', 'http://127.0.0.1:8080/readyz')).toMatch(/ready|ok|true/i)
      expect(readFileSync(`/proc/${pid}/cmdline`, 'latin1')).toMatch(/main\.ts/)
      const again = await runInside(net, receiver, args('pid', '8081', 'data-of-another'))
      expect(again.status).toBe(2)
      expect(again.stderr).toMatch(new RegExp(`^wiretop: \\S*pid: wiretop runs already as process ${pid}: .*$`, 'm'))
      const inTheWay = await runInside(net, receiver, args('other', '8080', 'data-of-another'))
      expect(inTheWay.status).toBe(1)
      expect(inTheWay.stderr).toMatch(/^wiretop: 127\.0\.0\.1:8080 is in use by another program: give another port with -w, or -w auto$/m)
      expect(existsSync(path('other'))).toBe(false)
    } finally {
      process.kill(pid, 'SIGTERM')
    }
    await until('it has ended', () => !existsSync(`/proc/${pid}`) || undefined)
    expect(existsSync(path('pid'))).toBe(false)
    expect(readFileSync(path('data/wiretop.log'), 'utf8')).toMatch(/^wiretop: r0: \d+ packets, .* dropped$/m)
  })
})
