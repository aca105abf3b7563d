/** `wiretop capture`: by itself, and attached to a wiretop that runs. */
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { capture, udp } from './frames.ts'
import { type Product, root, scratchFolder, startProduct, wiretop } from './product.ts'

const sample = (name: string) => join(root, 'samples', name)
const scratch = scratchFolder()
afterAll(() => scratch.dispose())

const packetsIn = (path: string, filter = '') =>
  execFileSync('tcpdump', ['-r', path, '-nn', '-tt', '-xx', ...(filter === '' ? [] : [filter])], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'ignore'],
  })

const FRAME = (i: number) =>
  udp(
    { ip: '10.0.0.1', port: 4000 },
    { ip: '10.0.0.2', port: 9 },
    Uint8Array.from({ length: 1400 }, (_, n) => (i + n) & 255),
  )

/** Packets 100 ms apart for a minute. */
function slowCapture(): string {
  const path = scratch.path('slow.pcap')
  const frames = Array.from({ length: 600 }, (_, i) =>
    capture([udp({ ip: '10.0.0.1', port: 4000 }, { ip: '10.0.0.2', port: 53 }, `${i}`)], 1_700_000_000_000 + i * 100),
  )
  writeFileSync(path, Buffer.concat([frames[0]!, ...frames.slice(1).map((one) => one.subarray(24))]))
  return path
}

/** Runs until it has written something, then as long as `ms`, and interrupts it as Ctrl-C does. */
async function interrupted(args: readonly string[], ms: number): Promise<{ status: number | null; stderr: string }> {
  const child = spawn(process.execPath, [join(root, 'src/main.ts'), ...args], { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] })
  let stderr = ''
  child.stderr.on('data', (part: Buffer) => (stderr += part.toString()))
  const file = args[args.indexOf('-w') + 1]!
  for (const untilMs = Date.now() + 20_000; Date.now() < untilMs && !(existsSync(file) && readFileSync(file).length > 0); )
    await new Promise((resolve) => setTimeout(resolve, 20))
  setTimeout(() => child.kill('SIGINT'), ms)
  return new Promise((resolve) => child.once('close', (status) => resolve({ status, stderr })))
}

describe('by itself', () => {
  test('leaves nothing out of an input that can wait', async () => {
    const input = scratch.path('large.pcap')
    writeFileSync(input, capture(Array.from({ length: 12_000 }, (_, i) => FRAME(i))))
    const output = scratch.path('large.pcapng')
    const { status, stderr } = await wiretop(['capture', '-i', input, '-w', output])
    expect([status, stderr]).toEqual([0, expect.stringMatching(/12,000 packets, .* MB in .*; the input is at its end\n$/)])
    expect(packetsIn(output)).toBe(packetsIn(input))
  })

  test('takes the packets of a host from standard input to standard output', async () => {
    const { status, stdout, stderr } = await wiretop(
      ['capture', '-i', '-', '--host', '192.168.1.10', '-c', '20', '-w', '-'],
      readFileSync(sample('office.pcap')),
    )
    expect(status).toBe(0)
    expect(stdout).toContain('host 192.168.1.10, seen on standard input')
    expect(stderr).toMatch(/^wiretop: standard output: 20 packets, .*; the number of packets is reached\n$/)
  })

  test('Ctrl-C ends it with a whole file', async () => {
    const output = scratch.path('stopped.pcap')
    const args = ['capture', '-i', slowCapture(), '--original-speed', '--format', 'pcap', '-w', output]
    const { status, stderr } = await interrupted(args, 1000)
    expect([status, stderr]).toEqual([0, expect.stringMatching(/: \d+ packets, .*; stopped\n$/)])
    const lines =
      packetsIn(output)
        .split('\n')
        .filter((line) => !line.startsWith('\t')).length - 1
    expect(lines).toBeGreaterThan(3)
    expect(stderr).toContain(`: ${lines} packets`)
  })

  test.each([
    [['-i', sample('dns.pcap')], 2, /-w FILE/],
    [['-w', scratch.path('x')], 2, /-i INPUT/],
    [['-i', sample('dns.pcap'), '-w', scratch.path('x'), '--flow-filter', 'nonsense = 1'], 2, /nonsense/],
    [['-i', sample('dns.pcap'), '-w', scratch.path('x'), '--host', 'nobody'], 2, /--host/],
    [['-i', sample('nothing.pcap'), '-w', scratch.path('x')], 2, /no such file/],
    [['-i', sample('dns.pcap'), '-w', '/nowhere/x'], 1, /no such folder/],
    [['--url', 'http://127.0.0.1:9', '-w', scratch.path('x')], 1, /no wiretop answers/],
    [['--url', 'ftp://x', '-w', scratch.path('x')], 2, /no URL/],
  ] as const)('%j ends with status %i and says why', async (args, expected, why) => {
    const { status, stderr } = await wiretop(['capture', ...args])
    expect([status, stderr.split('\n')[0]]).toEqual([expected, expect.stringMatching(why)])
  })
})

describe('attached to a wiretop that runs', () => {
  let product: Product
  beforeAll(async () => {
    product = await startProduct(['-i', slowCapture(), '--original-speed', '-d', scratch.path('data')])
  })
  afterAll(() => product?.stop())
  const recordings = () => product.get<{ recordings: unknown[] }>('/api/v1/recordings')

  test('takes over what it records, and leaves nothing behind there', async () => {
    const output = scratch.path('remote.pcapng')
    const { status, stderr } = await wiretop(['capture', '--url', product.url, '--flow-filter', 'port = 53', '-c', '5', '-w', output])
    expect([status, stderr]).toEqual([0, expect.stringMatching(/5 packets, .*; the number of packets is reached\n$/)])
    expect(packetsIn(output).match(/\.53: /g)).toHaveLength(5)
    expect(await recordings()).toEqual({ recordings: [] })
  })

  test('Ctrl-C ends it with a whole file', async () => {
    const output = scratch.path('remote-stopped.pcapng')
    const { status, stderr } = await interrupted(['capture', '--url', product.url, '-w', output], 800)
    expect([status, stderr]).toEqual([0, expect.stringMatching(/: \d+ packets, .*; stopped\n$/)])
    expect(execFileSync('capinfos', ['-c', output], { encoding: 'utf8' })).toMatch(/Number of packets:\s+[1-9]/)
    expect(await recordings()).toEqual({ recordings: [] })
  })

  test('says what the server refuses', async () => {
    const { status, stderr } = await wiretop(['capture', '--url', product.url, '-i', '99', '-w', scratch.path('x')])
    expect([status, stderr]).toEqual([2, expect.stringMatching(/there is no interface 99/)])
  })
})
