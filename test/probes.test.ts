import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Worker } from 'node:worker_threads'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { FlowItem } from '../src/lib/fields.ts'
import { BadQuestion, type InterfaceState, type LiveInterface, type Tick } from '../src/lib/live.ts'
import { Probes } from '../src/probe/probes.ts'
import { pcapBytes } from '../src/sources/pcap-writer.ts'
import { tcpFrame, udpFrame } from '../src/tables/testing.ts'

let folder = ''
let capture = ''
const frames = [udpFrame({}), tcpFrame({}), udpFrame({ from: '10.0.0.9' })].map((frame) => Uint8Array.from(frame))

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wiretop-probes-'))
  capture = join(folder, 'three.pcap')
  writeFileSync(
    capture,
    pcapBytes(
      { linkType: 1 },
      frames.map((data, i) => ({ data, tsMs: 1_700_000_000_000 + i })),
    ),
  )
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const open: Probes[] = []
afterEach(async () => {
  for (const probes of open.splice(0)) await probes.close()
})
/** The threads of an interface, to be struck. */
const threadsOf = (probe: object): Worker[] =>
  (probe as { workers: { options: { thread: { worker: Worker } } }[] }).workers.map(({ options }) => options.thread.worker)

function start(packetFilter?: string, workers = 1): Probes {
  const worker = new URL('../src/probe.worker.ts', import.meta.url)
  const probes = new Probes({
    worker,
    originalSpeed: false,
    packetFilter,
    localNetworks: undefined,
    flowLimit: 1024,
    hostLimit: 1024,
    workers,
  })
  open.push(probes)
  return probes
}
function reaches(probes: Probes, probe: LiveInterface, state: InterfaceState): Promise<void> {
  return new Promise((resolve) => {
    const look = () => probe.info.state === state && resolve()
    probes.onChange(look)
    look()
  })
}

describe('the workers of interfaces', () => {
  test('a capture is read to its end and answers from then on', async () => {
    const probes = start()
    const ticks: Tick[] = []
    probes.onTick((tick) => ticks.push(tick))
    const probe = probes.open('three', capture)
    await reaches(probes, probe, 'ended')
    expect(probe.info.progress).toMatchObject({ packets: 3, cutShort: false })
    expect(await probe.ask('totals', {})).toMatchObject({ packets: 3, flows: 3, hosts: 3 })
    expect((await probe.ask('list', { entity: 'flows', limit: 2 })).items).toHaveLength(2)
    expect(ticks.at(-1)).toMatchObject({ interface: probe.info.id, totals: { packets: 3 } })
  })

  test('with a packet filter only what matches is taken, from captures and uploads alike', async () => {
    const probes = start('udp')
    const uploaded = join(folder, 'uploaded.pcap')
    copyFileSync(capture, uploaded)
    const both = [probes.open('three', capture), probes.upload('uploaded', uploaded)]
    for (const probe of both) {
      await reaches(probes, probe, 'ended')
      expect(await probe.ask('totals', {})).toMatchObject({ packets: 2, flows: 2 })
    }
  })

  test('questions asked before the worker has started are answered', async () => {
    const probe = start().open('three', capture)
    expect((await probe.ask('totals', {})).flowsLimit).toBe(1024)
  })

  test('a question that cannot be answered is refused as such, and harms nothing', async () => {
    const probe = start().open('three', capture)
    await expect(probe.ask('list', { entity: 'flows', limit: 2, filter: 'nonsense = 1' })).rejects.toBeInstanceOf(BadQuestion)
    expect(await probe.ask('flow', { id: '1-1' })).toBeNull()
  })

  test('an input that is not there fails alone, with the reason', async () => {
    const probes = start()
    const good = probes.open('three', capture)
    const bad = probes.open('nothing', join(folder, 'nothing.pcap'))
    await Promise.all([reaches(probes, good, 'ended'), reaches(probes, bad, 'failed')])
    expect(bad.info.failure).toContain('no such file')
    expect(await good.ask('totals', {})).toMatchObject({ packets: 3 })
  })

  test('a worker that dies fails its interface and its questions; a restart brings it back', async () => {
    const probes = start()
    const probe = probes.open('three', capture)
    await reaches(probes, probe, 'ended')
    const [worker] = threadsOf(probe)
    const asked = Promise.all([probe.ask('series', { of: 'apps', seconds: 3600 }), worker!.terminate()])
    await Promise.race([asked.catch(() => undefined), reaches(probes, probe, 'failed')])
    await reaches(probes, probe, 'failed')
    expect(probe.info.failure).toMatch(/worker/)
    await expect(probe.ask('totals', {})).rejects.toThrow(/has failed/)
    await probes.restart(probe.info.id)
    await reaches(probes, probe, 'ended')
    expect(await probe.ask('totals', {})).toMatchObject({ packets: 3 })
  })

  test('whoever starts and stops while that goes on waits for his turn: one worker is left, or none', async () => {
    const probes = start()
    const probe = probes.open('three', capture)
    const { id } = probe.info
    await Promise.all([probes.restart(id), probes.restart(id), probes.setEnabled(id, false), probes.restart(id)])
    await reaches(probes, probe, 'ended')
    expect(await probe.ask('totals', {})).toMatchObject({ packets: 3 })
    const [worker] = threadsOf(probe)
    await Promise.all([probes.restart(id), probes.remove(id)])
    expect(worker!.threadId).toBe(-1)
    await expect(probe.ask('totals', {})).rejects.toThrow()
  })

  test('an upload is a capture and never a list of files; it goes with its interface', async () => {
    const probes = start()
    const list = join(folder, 'upload.tmp')
    writeFileSync(list, `${capture}\n`)
    const probe = probes.upload('list', list)
    await reaches(probes, probe, 'failed')
    expect(probe.info.progress.packets).toBe(0)
    await probes.remove(probe.info.id)
    expect(existsSync(list)).toBe(false)
    expect(probes.get(probe.info.id)).toBeUndefined()
  })
})

describe('several workers of one interface', () => {
  const office = join(import.meta.dirname, '../samples/office.pcap')

  test('answer as one does, and read the capture to its end', async () => {
    const [one, three] = [start().open('one', office), start(undefined, 3).open('three', office)]
    await Promise.all([reaches(open[0]!, one, 'ended'), reaches(open[1]!, three, 'ended')])
    expect(three.info.progress).toEqual(one.info.progress)
    expect(await three.ask('totals', {})).toEqual(await one.ask('totals', {}))
    expect(three.latest()).toEqual(await one.ask('totals', {}))
    const names = async (probe: LiveInterface) =>
      (await probe.ask('list', { entity: 'flows', limit: 1000, sort: 'firstSeen' })).items.map((item) => {
        const { client, server, serverLabel, app, bytes } = item as FlowItem
        return [client, server, serverLabel, app, bytes]
      })
    expect(await names(three)).toEqual(await names(one))
    const [flow] = (await three.ask('list', { entity: 'flows', limit: 1 })).items as FlowItem[]
    expect(await three.ask('flow', { id: flow!.id })).toMatchObject({ id: flow!.id, bytes: flow!.bytes })
  })

  test('a question that cannot be answered is refused as one would', async () => {
    const probe = start(undefined, 2).open('two', capture)
    const asked = [{ filter: 'nonsense = 1' }, { sort: 'colour' }, { cursor: '{}' }].map((part) =>
      probe.ask('list', { entity: 'flows', limit: 2, ...part }),
    )
    for (const answer of asked) await expect(answer).rejects.toBeInstanceOf(BadQuestion)
    await expect(probe.ask('host', { address: 'nobody' })).rejects.toBeInstanceOf(BadQuestion)
    expect(await probe.ask('flow', { id: '0-1-1' })).toBeNull()
  })

  test('when one dies the interface says which and why, and the others answer; a restart brings all back', async () => {
    const probes = start(undefined, 3)
    const probe = probes.open('office', office)
    await reaches(probes, probe, 'ended')
    const whole = await probe.ask('totals', {})
    await threadsOf(probe)[1]!.terminate()
    await reaches(probes, probe, 'failed')
    expect(probe.info.failure).toMatch(/worker 2 of 3, which has that share of the packets: its worker ended/)
    const rest = await probe.ask('totals', {})
    expect(rest.packets).toBeGreaterThan(0)
    expect(rest.packets).toBeLessThan(whole.packets)
    await probes.restart(probe.info.id)
    await reaches(probes, probe, 'ended')
    expect(await probe.ask('totals', {})).toEqual(whole)
  })

  test('an input that is not there fails with one reason', async () => {
    const probes = start(undefined, 2)
    const probe = probes.open('nothing', join(folder, 'nothing.pcap'))
    await reaches(probes, probe, 'failed')
    // The first to fail is told of alone until the others have, too.
    await expect.poll(() => probe.info.failure, { timeout: 10_000 }).toMatch(/^[^:]*nothing.pcap.*no such file/)
  })
})
