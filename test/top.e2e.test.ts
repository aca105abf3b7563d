/** The live view on a real terminal, in front of the whole product. */
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { type Product, root, startProduct, wiretop } from './product.ts'
import { Pty, ptyMissing } from './pty.ts'

const MAIN = join(root, 'src/main.ts')
const OFFICE = join(root, 'samples/office.pcap')
const ENTER = '\r'
const DOWN = '\u001b[B'
const ESCAPE = '\u001b'
/** Longer than the live view waits for the rest of a sequence. */
const pause = () => new Promise((resolve) => setTimeout(resolve, 200))

const missing = ptyMissing()
const started: { dispose(): Promise<void> }[] = []
afterEach(async () => {
  await Promise.all(started.splice(0).map((one) => one.dispose()))
})
function top(args: readonly string[], columns = 80, rows = 24, env: NodeJS.ProcessEnv = {}): Pty {
  const pty = new Pty([process.execPath, MAIN, 'top', ...args], columns, rows, env)
  started.push(pty)
  return pty
}

const LEFT_MODES = ['25', '7']
const leftClean = (pty: Pty) => expect([...pty.terminal.modes].sort()).toEqual([...LEFT_MODES].sort())

describe.skipIf(missing !== undefined)(`on a terminal${missing === undefined ? '' : ` (skipped: ${missing})`}`, () => {
  it('shows a capture, filters, sorts, opens a flow and quits', async () => {
    const pty = top(['-i', OFFICE], 120, 30)
    await pty.shows('195 rows')
    pty.keys('2')
    await pty.shows(/192\.168\.1\.101 +alex-laptop/)
    pty.keys('/name contains laptop')
    await pty.shows('/ name contains laptop')
    pty.keys(ENTER)
    await pty.shows(/\d+ of 47 {2}\/ name contains laptop/)
    const first = () => pty.terminal.lines()[5]!
    await pty.shows(() => first().includes('192.168.1.101 '))
    pty.keys('r')
    await pty.shows(() => first() !== '' && !first().includes('192.168.1.101 '))
    pty.keys('r')
    await pty.shows(() => first().includes('192.168.1.101 '))
    pty.keys(DOWN)
    pty.keys('f')
    await pty.shows('/ host = 192.168.1.101')
    pty.keys(DOWN + DOWN + ENTER)
    await pty.shows('Community ID')
    pty.keys('c')
    await pty.shows('copied 192.168.1.101')
    expect(pty.terminal.copied).toEqual(['192.168.1.101'])
    pty.keys(ESCAPE)
    await pty.shows((terminal) => !terminal.text().includes('Community ID'))
    expect(pty.terminal.text()).toContain('35 of 195')
    pty.keys('q')
    expect(await pty.ended()).toEqual({ status: 0, signal: null, restored: true })
    leftClean(pty)
  })

  it('takes the mouse, and the size that the window gets', async () => {
    const pty = top(['-i', OFFICE, '--view', 'hosts'])
    await pty.shows(/alex-laptop/)
    pty.keys('\u001b[<0;20;7M')
    await pty.shows((terminal) => terminal.sgrAt(20, 6).includes('7'))
    pty.resize(160, 40)
    await pty.shows(/Peers.*Top application.*MAC/)
    expect(pty.terminal.lines()).toHaveLength(40)
    pty.resize(40, 8)
    await pty.shows((terminal) => terminal.lines()[4]!.includes('Address') && !terminal.lines()[4]!.includes('Peers'))
    pty.keys('q')
    expect(await pty.ended()).toMatchObject({ status: 0, restored: true })
  })

  it.each(['SIGTERM', 'SIGINT'] as const)('%s ends it, and the terminal is as it was', async (signal) => {
    const pty = top(['-i', OFFICE])
    await pty.shows('195 rows')
    pty.signal(signal)
    expect(await pty.ended()).toEqual({ status: 0, signal: null, restored: true })
    leftClean(pty)
  })
  it.each(['SIGHUP', 'SIGQUIT'] as const)('%s does what it does, after the terminal has been restored', async (signal) => {
    const pty = top(['-i', OFFICE])
    await pty.shows('195 rows')
    pty.signal(signal)
    expect(await pty.ended()).toEqual({ status: null, signal, restored: true })
    leftClean(pty)
  })
  it('a crash leaves the terminal in order, and its message behind', async () => {
    const crash = `data:text/javascript,${encodeURIComponent("setTimeout(() => { throw new Error('planted') }, 3000)")}`
    const pty = new Pty([process.execPath, '--import', crash, MAIN, 'top', '-i', OFFICE], 80, 24)
    started.push(pty)
    await pty.shows('195 rows')
    expect(await pty.ended()).toMatchObject({ restored: true })
    leftClean(pty)
    expect(pty.raw.slice(pty.raw.lastIndexOf('\u001b[?1049l'))).toContain('planted')
  })

  it('has no colours where there shall be none', async () => {
    const pty = top(['-i', OFFICE], 80, 24, { NO_COLOR: '1' })
    await pty.shows('195 rows')
    pty.keys('2?')
    await pty.shows('Keys')
    pty.keys('q')
    await pty.ended()
    expect(pty.raw).not.toMatch(/\u001b\[(?:\d+;)*[34]\d(?:;\d+)*m/)
  })

  it('looks at a running instance, says when it is lost, and comes back by itself', async () => {
    const product: Product = await startProduct(['-i', OFFICE])
    const port = new URL(product.url).port
    try {
      const pty = top(['--url', product.url])
      await pty.shows('195 rows')
      pty.keys('/app = ')
      await pty.shows(/SSH +\d rows/)
      pty.keys('\u0003')
      await pause()
      await product.stop()
      await pty.shows(/connection lost \d+ m?s ago, trying again/)
      const again = await startProduct(['-w', `127.0.0.1:${port}`, '-i', OFFICE])
      try {
        await pty.shows((terminal) => terminal.text().includes('195 rows') && !terminal.text().includes('connection lost'))
      } finally {
        await again.stop()
      }
      pty.keys('q')
      expect(await pty.ended()).toEqual({ status: 0, signal: null, restored: true })
    } finally {
      await product.stop()
    }
  })
})

describe('without a terminal', () => {
  it('prints one look as plain text and ends', async () => {
    const { status, stdout, stderr } = await wiretop([
      'top',
      '-i',
      OFFICE,
      '--view',
      'hosts',
      '--filter',
      'name = files',
      '--sort',
      'bytes',
    ])
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toMatch(/^wiretop {2}office\.pcap {2}read to its end/)
    expect(stdout).toContain('Hosts: 1 of 47, filter: name = files')
    expect(stdout).toMatch(/192\.168\.1\.10 +files/)
    expect(stdout.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
  })
  it('prints as many looks as asked for', async () => {
    const { stdout } = await wiretop(['top', '-i', OFFICE, '--batch', '3', '-d', '0.1', '--rows', '2'])
    expect(stdout.match(/^wiretop {2}office/gm)).toHaveLength(3)
  })
  it('looks at a running instance', async () => {
    const product = await startProduct(['-i', OFFICE])
    try {
      const { status, stdout } = await wiretop(['top', '--once', '--url', product.url, '--view', 'interfaces'])
      expect(status).toBe(0)
      expect(stdout).toMatch(/office\.pcap +ended/)
    } finally {
      await product.stop()
    }
  })

  const faults: [string, string[], number, RegExp][] = [
    [
      'nothing answers',
      ['--url', 'http://127.0.0.1:9'],
      1,
      /^wiretop: top: nothing answers on http:\/\/127\.0\.0\.1:9: start wiretop .*--url, or give -i INPUT.*\n$/,
    ],
    ['both ways', ['-i', OFFICE, '--url', 'http://127.0.0.1:9'], 2, /^wiretop: top: -i reads by itself, --url .*\n$/],
    ['no URL', ['--url', 'nonsense'], 2, /^wiretop: top: nonsense is no URL: .*\n$/],
    ['no such file', ['-i', 'absent.pcap'], 2, /^wiretop: absent\.pcap: no such file: check the path\n$/],
    ['a filter that is none', ['-i', OFFICE, '--filter', 'app ='], 2, /^wiretop: top: --filter, at character 6: .*\n$/],
    ['a field that is none', ['-i', OFFICE, '--sort', 'byts'], 2, /did you mean bytes\?\n$/],
  ]
  it.each(faults)('%s is one clear line', async (_, args, status, said) => {
    const ended = await wiretop(['top', ...args])
    expect(ended).toMatchObject({ status, stdout: '' })
    expect(ended.stderr).toMatch(said)
  })
})
