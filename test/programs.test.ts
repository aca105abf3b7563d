/** Packets of real programs on loopback, the real look-up, and what a user then asks for. */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { FlowDetail, ListAnswer } from '../src/lib/live.ts'
import { Answers } from '../src/probe/answers.ts'
import { OwnAddresses } from '../src/probe/own-addresses.ts'
import { ProgramNames } from '../src/probe/program-names.ts'
import { ForkedProgramFinder } from '../src/programs/program-finder.ts'
import { PcapFile } from '../src/sources/pcap-file.ts'
import { testTables } from '../src/tables/testing.ts'

const SLOW_MS = 1500
const canCapture =
  process.getuid?.() === 0 && spawnSync('tcpdump', ['--version']).status === 0 && spawnSync('curl', ['--version']).status === 0
const ends: (() => void)[] = []
afterAll(() => {
  for (const end of ends.reverse()) end()
})

test.skipIf(!canCapture)('curl and its server are named on the flow between them; skipped: needs root, tcpdump and curl', async () => {
  const server = createServer((_, reply) => void setTimeout(() => reply.end('x'.repeat(5000)), SLOW_MS)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  ends.push(() => server.close())
  const { port } = server.address() as { port: number }

  const folder = mkdtempSync(join(tmpdir(), 'wiretop-programs-'))
  ends.push(() => rmSync(folder, { recursive: true }))
  const pipe = join(folder, 'capture')
  execFileSync('mkfifo', [pipe])
  const tcpdump = spawn('tcpdump', ['-i', 'lo', '-U', '--immediate-mode', '-w', pipe, `tcp port ${port}`], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  ends.push(() => tcpdump.kill())

  const finder = new ForkedProgramFinder({ helper: new URL('../src/programs-helper.ts', import.meta.url), mayRestart: () => false })
  ends.push(() => finder.close())
  const tables = testTables()
  const names = new ProgramNames(tables, finder, new OwnAddresses())
  const source = new PcapFile(pipe)
  const stop = new AbortController()
  const reading = source.run({ packets: (batch) => tables.take(batch) }, stop.signal).catch(() => undefined)
  while (!/listening on/.test(String((await once(tcpdump.stderr, 'data'))[0])));
  const timer = setInterval(() => void names.tick(), 100)
  ends.push(() => clearInterval(timer))

  const curl = spawn('curl', ['-s', '-o', '/dev/null', `http://127.0.0.1:${port}/`], { stdio: 'ignore' })
  await once(curl, 'exit')
  await new Promise((resolve) => setTimeout(resolve, 300))
  const answers = new Answers(tables, () => source.stats(), 'lo')
  const { items } = answers.answer('list', { entity: 'flows', limit: 10, filter: 'program = curl' }) as ListAnswer<'flows'>
  expect(items).toMatchObject([{ serverPort: port, clientProgram: 'curl', clientUser: 'root', serverProgram: 'node' }])
  const flow = answers.answer('flow', { id: items[0]!.id }) as FlowDetail
  expect(flow.clientProcess).toMatchObject({ pid: curl.pid, command: expect.stringContaining(`http://127.0.0.1:${port}/`) })
  expect(flow.serverProcess).toMatchObject({ pid: process.pid })
  const programs = answers.answer('list', { entity: 'programs', limit: 10 }) as ListAnswer<'programs'>
  const [a, b] = programs.items
  expect([a!.program, b!.program].sort()).toEqual(['curl', 'node'])
  expect(a!.bytesSent).toBe(b!.bytesRcvd)
  expect(a!.bytes).toBeGreaterThan(5000)

  tcpdump.kill()
  await once(tcpdump, 'exit')
  stop.abort()
  await reading
})
