import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openFile, type Rotation } from './file-channel.ts'
import { JsonLinesExport } from './json-lines.ts'
import { openTcp } from './socket-channels.ts'
import { batchOf, receiver, START_MS, until } from './testing.ts'

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'wiretop-json-'))
  onTestFinished(() => rmSync(made, { recursive: true }))
  return made
}
const portsIn = (text: string): number[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).clientPort as number)
const numbered = (from: number, count: number) => batchOf(...Array.from({ length: count }, (_, i) => ({ srcPort: from + i })))

describe('to a file', () => {
  function toFile(path: string, rotation?: Rotation) {
    const sender = new JsonLinesExport(`json://${path}`, openFile(path, rotation))
    onTestFinished(() => sender.close(0))
    return sender
  }
  const written = (sender: JsonLinesExport, records: number) => until(() => sender.stats().records === records, `${records} records`)

  test('one object a line, behind what stands there', async () => {
    const path = join(folder(), 'flows.json')
    writeFileSync(path, '{"clientPort":1}\n')
    const sender = toFile(path)
    sender.send(numbered(10, 1000))
    sender.send(numbered(2000, 3))
    await sender.close(5000)
    expect(portsIn(readFileSync(path, 'utf8'))).toEqual([1, ...Array.from({ length: 1000 }, (_, i) => 10 + i), 2000, 2001, 2002])
    expect(sender.stats()).toMatchObject({ records: 1003, dropped: 0, waiting: 0, peers: 0, faultCount: 0 })
    expect(sender.stats().bytes).toBe(statSync(path).size - 17)
  })

  test('is put aside when it is large enough, and the oldest go', async () => {
    const at = folder()
    const sender = toFile(join(at, 'flows.json'), { bytes: 1000, keep: 2 })
    for (let n = 0; n < 12; n++) sender.send(numbered(n, 1))
    await written(sender, 12)
    expect(readdirSync(at).sort()).toEqual(['flows.json', 'flows.json.1', 'flows.json.2'])
    const ports = ['flows.json.2', 'flows.json.1', 'flows.json'].flatMap((name) => portsIn(readFileSync(join(at, name), 'utf8')))
    expect(ports.at(-1)).toBe(11)
    expect(ports).toEqual(ports.map((_, i) => 12 - ports.length + i))
    for (const name of readdirSync(at)) expect(statSync(join(at, name)).size).toBeLessThanOrEqual(1000)
  })

  test('is put aside when it is old enough', async () => {
    const at = folder()
    const sender = toFile(join(at, 'flows.json'), { ms: 50 })
    sender.send(numbered(1, 1))
    await written(sender, 1)
    await new Promise((resolve) => setTimeout(resolve, 60))
    sender.send(numbered(2, 1))
    await written(sender, 2)
    expect(portsIn(readFileSync(join(at, 'flows.json.1'), 'utf8'))).toEqual([1])
    expect(portsIn(readFileSync(join(at, 'flows.json'), 'utf8'))).toEqual([2])
  })

  test('a full disk costs records, is one line, and passes', async () => {
    const sender = toFile('/dev/full')
    for (let n = 0; n < 20; n++) sender.send(numbered(n, 2))
    await until(() => sender.stats().dropped === 40, 'all to be given up')
    expect(sender.stats()).toMatchObject({
      records: 0,
      waiting: 0,
      faults: ['json:///dev/full: no space left on the device'],
      faultCount: 20,
    })
  })

  test('a folder that is not there is waited for', async () => {
    const at = folder()
    const path = join(at, 'later', 'flows.json')
    const sender = new JsonLinesExport('json', openFile(path), { firstRetryMs: 20 })
    onTestFinished(() => sender.close(0))
    sender.send(numbered(7, 1))
    await until(() => sender.stats().faultCount > 0, 'a fault')
    expect(sender.stats()).toMatchObject({ peers: 0, dropped: 0, faults: ['json: no such folder'] })
    mkdirSync(join(at, 'later'))
    await written(sender, 1)
    expect(portsIn(readFileSync(path, 'utf8'))).toEqual([7])
  })

  // A file system so small that a line is written in part.
  const canMount = (() => {
    try {
      execFileSync('unshare', ['-m', 'true'], { stdio: 'ignore' })
      return true
    } catch {
      return false
    }
  })()
  test.skipIf(!canMount)('a line that was torn by a full disk is ended before the next one', () => {
    const at = folder()
    const script = `
      import { JsonLinesExport } from '${join(import.meta.dirname, 'json-lines.ts')}'
      import { openFile } from '${join(import.meta.dirname, 'file-channel.ts')}'
      import { batchOf } from '${join(import.meta.dirname, 'testing.ts')}'
      import { readFileSync, unlinkSync, writeFileSync } from 'node:fs'
      import { setTimeout as wait } from 'node:timers/promises'
      writeFileSync('${at}/ballast', new Uint8Array(60_000))
      const sender = new JsonLinesExport('json', openFile('${at}/flows.json'))
      for (let n = 0; n < 100; n++) sender.send(batchOf({ srcPort: n }))
      while (sender.stats().records + sender.stats().dropped < 100) await wait(5)
      unlinkSync('${at}/ballast')
      sender.send(batchOf({ srcPort: 1000 }))
      await sender.close(5000)
      const lines = readFileSync('${at}/flows.json', 'utf8').trimEnd().split('\\n')
      const whole = lines.filter((line) => { try { return JSON.parse(line) } catch { return false } })
      console.log(JSON.stringify({ ...sender.stats(), lines: lines.length, whole: whole.length, last: JSON.parse(lines.at(-1)).clientPort }))
    `
    const program = join(folder(), 'run.ts')
    writeFileSync(program, script)
    const out = execFileSync('unshare', [
      '-m',
      'sh',
      '-c',
      `mount -t tmpfs -o size=72k none ${at} && exec ${process.execPath} ${program}`,
    ]).toString()
    const told = JSON.parse(out)
    expect(told.records + told.dropped).toBe(101)
    expect(told.dropped).toBeGreaterThan(0)
    expect(told.faults).toEqual(['json: no space left on the device'])
    expect(told).toMatchObject({ last: 1000, whole: told.records })
  })
})

describe('over TCP', () => {
  test('lines arrive whole and in order, also over a connection that breaks', async () => {
    const first = await receiver()
    const sender = new JsonLinesExport('json', openTcp({ host: '127.0.0.1', port: first.port }), { firstRetryMs: 20 })
    onTestFinished(() => sender.close(0))
    sender.send(numbered(1, 500))
    await until(() => first.bytes().length === sender.stats().bytes && sender.stats().records === 500, 'the first 500')
    expect(portsIn(first.text())).toEqual(Array.from({ length: 500 }, (_, i) => 1 + i))
    await first.close()
    await until(() => sender.stats().peers === 0, 'the loss')
    sender.send(numbered(501, 500))
    const second = await receiver({ port: first.port })
    onTestFinished(() => second.close())
    await until(() => sender.stats().records === 1000 && second.text().endsWith('}\n'), 'the rest')
    expect(portsIn(second.text())).toEqual(Array.from({ length: 500 }, (_, i) => 501 + i))
    expect(sender.stats()).toMatchObject({ dropped: 0, peers: 1 })
  })

  test('a receiver that does not read fills its own queue and nobody else\u2019s', async () => {
    const deaf = await receiver({ isDeaf: true })
    const good = await receiver()
    onTestFinished(() => Promise.all([deaf.close(), good.close()]).then(() => {}))
    const toDeaf = new JsonLinesExport('deaf', openTcp({ host: '127.0.0.1', port: deaf.port }), { queueBytes: 500_000 })
    const toGood = new JsonLinesExport('good', openTcp({ host: '127.0.0.1', port: good.port }), { queueBytes: 500_000 })
    onTestFinished(() => Promise.all([toDeaf.close(0), toGood.close(0)]).then(() => {}))
    const batch = numbered(1, 500)
    let sent = 0
    while (toDeaf.stats().dropped === 0 && sent < 200_000) {
      toDeaf.send(batch)
      toGood.send(batch)
      sent += batch.count
      await until(() => toGood.stats().waiting === 0, 'the good one to take it')
    }
    expect(toDeaf.stats().dropped).toBeGreaterThan(0)
    expect(toDeaf.stats().waiting).toBeLessThanOrEqual(500_000)
    expect(toDeaf.stats().waiting).toBeGreaterThan(300_000)
    expect(toGood.stats()).toMatchObject({ records: sent, dropped: 0 })
    const began = performance.now()
    await toDeaf.close(50)
    expect(performance.now() - began).toBeLessThan(2000)
    expect(toDeaf.stats().records + toDeaf.stats().dropped).toBe(sent)
  })

  test('a host that does not exist is a fault, not an error', async () => {
    const sender = new JsonLinesExport('json+tcp://no-such-host.invalid:1', openTcp({ host: 'no-such-host.invalid', port: 1 }))
    onTestFinished(() => sender.close(0))
    sender.send(numbered(1, 1))
    await until(() => sender.stats().faultCount > 0, 'a fault')
    expect(sender.stats().faults[0]).toMatch(/^json\+tcp:\/\/no-such-host\.invalid:1: (no such host|its name could not be looked up)$/)
    expect(sender.stats()).toMatchObject({ dropped: 0, peers: 0 })
  })
})

test('to standard output, and its reader may go', () => {
  const program = join(folder(), 'run.ts')
  writeFileSync(
    program,
    `
    import { openExport } from '${join(import.meta.dirname, 'open-export.ts')}'
    import { batchOf } from '${join(import.meta.dirname, 'testing.ts')}'
    const sender = openExport('json://-')
    for (let n = 0; n < Number(process.argv[2]); n++) sender.send(batchOf({ srcPort: n % 60000 }), ${START_MS})
    await sender.close(1000)
    console.error(JSON.stringify(sender.stats()))
  `,
  )
  const run = (count: number, reader: string) =>
    execFileSync('bash', ['-c', `${process.execPath} ${program} ${count} 2>&3 | ${reader}`], {
      stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
    }).toString()
  expect(portsIn(run(300, 'cat'))).toHaveLength(300)
  expect(portsIn(run(20_000, 'head -n 1'))).toEqual([0])
})
