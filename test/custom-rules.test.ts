/** Rules of users in the whole product: from files, by the API, and read again. */
import { readFileSync, writeFileSync } from 'node:fs'
import { afterAll, describe, expect, test } from 'vitest'
import type { FlowItem } from '../src/lib/fields.ts'
import type { FlowDetail, ListAnswer } from '../src/lib/live.ts'
import { capture, conversation, udp } from './frames.ts'
import { type FlowLine, linesOf, type Product, scratchFolder, startProduct, until, wiretop } from './product.ts'

const { path, dispose } = scratchFolder()
afterAll(dispose)

const client = (i: number) => ({ ip: `10.0.0.${i}`, port: 40_000 + i })
const intranet = { ip: '192.0.2.80', port: 80 }
const game = { ip: '192.0.2.81', port: 7777 }
const FLOWS = 40
/** Plain HTTP to one server, and something that nobody knows to another. */
const packets = path('traffic.pcap')
writeFileSync(
  packets,
  capture(
    Array.from({ length: FLOWS / 2 }, (_, i) => [
      ...conversation(client(i), intranet, 'GET / HTTP/1.1\r\nHost: wiki.intra.example\r\n\r\n', 'HTTP/1.1 200 OK\r\n\r\n'),
      udp(client(i), game, 'hello?'),
    ]).flat(),
  ),
)

interface Analysed extends FlowLine {
  readonly cat: string
}

test('analyze applies rules and categories, and says what is wrong in them', async () => {
  writeFileSync(path('rules.txt'), 'host:"intra.example"@Intranet\nudp:7777@Game\nnothing\n')
  writeFileSync(path('lab.txt'), '192.0.2.81\n')
  const { status, stdout, stderr } = await wiretop([
    ...['analyze', '--json', '-p', path('rules.txt')],
    ...['--category', `Laboratory=${path('lab.txt')}`, packets],
  ])
  expect([status, stderr]).toEqual([0, `wiretop: ${path('rules.txt')}:3:8: a rule ends in @ and the name of an application\n`])
  const flows = linesOf(stdout).flows as Analysed[]
  const named = flows.map(({ proto, cat, confidence }) => `${proto}, ${cat}, ${confidence}`)
  expect(new Set(named)).toEqual(new Set(['HTTP.Intranet, Web, custom-rule', 'Game, Laboratory, custom-rule']))
})

test.each([
  [['-p', 'absent.txt'], 'absent.txt cannot be read (ENOENT)'],
  [['--category', 'Lab='], 'say which file'],
  [['--category', '=x.txt'], 'cannot be the name of a category'],
])('%s is refused: %s', async (args, message) => {
  const { status, stderr } = await wiretop(['analyze', ...args, packets])
  expect(status).toBe(2)
  expect(stderr).toContain(message)
})

describe.each([1, 3])('with %i workers', (workers) => {
  const rules = path(`rules-of-${workers}.txt`)
  const apps = async (product: Product) => {
    const { items } = await product.get<ListAnswer<'flows'>>('/api/v1/flows?limit=1000')
    return [...new Set((items as FlowItem[]).map(({ app, category }) => `${app}, ${category}`))].sort()
  }
  const named = (product: Product, ...wanted: string[]) =>
    until(wanted.join(' and '), async () => ((await apps(product)).join() === wanted.join() ? true : undefined))
  const put = (product: Product, kind: string, body: string) =>
    fetch(`${product.url}/api/v1/custom-rules/${kind}`, { method: 'PUT', body }).then((reply) => reply.json())

  test('rules can be given, changed by the API and in the file, and name the same on all threads', async () => {
    writeFileSync(rules, 'host:intra.example@Intranet\n')
    const product = await startProduct(['-i', packets, '-p', rules, '-d', path(`data-of-${workers}`), '--workers', `${workers}`])
    try {
      await product.allRead()
      await named(product, 'HTTP.Intranet, Web', 'Unknown, Unspecified')

      expect(await put(product, 'applications', 'udp:7777@Game\nhost:intra.example@Intranet\n')).toMatchObject({ file: rules, faults: [] })
      await named(product, 'Game, Unspecified', 'HTTP.Intranet, Web')
      expect(readFileSync(rules, 'utf8')).toContain('udp:7777@Game')
      const { items } = await product.get<ListAnswer<'flows'>>('/api/v1/flows?filter=app%20%3D%20Game&limit=1')
      const flow = await product.get<FlowDetail>(`/api/v1/flows/${(items[0] as FlowItem).id}`)
      expect(flow.reason).toBe(`The custom rule in ${rules}, line 1, calls it Game.`)

      await put(product, 'categories', 'ip:192.0.2.81@User custom category 1\n@User custom category 1=Play\n')
      await named(product, 'Game, Play', 'HTTP.Intranet, Web')

      writeFileSync(rules, 'ip:192.0.2.81@Arcade\nbad\n')
      process.kill(product.pid, 'SIGHUP')
      await named(product, 'Arcade, Play', 'HTTP.Intranet, Web')
      await until('what is wrong is said', () => (product.said().includes(`${rules}:2:4: a rule ends in @`) ? true : undefined))
      const { items: all } = await product.get<ListAnswer<'apps'>>('/api/v1/apps?limit=100')
      expect(all.find(({ app }) => app === 'Arcade')).toMatchObject({ activeFlows: FLOWS / 2 })
    } finally {
      const { status } = await product.stop()
      expect(status).toBe(0)
    }
  })
})
