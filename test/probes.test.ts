import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Worker } from 'node:worker_threads'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
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
function start(packetFilter?: string): Probes {
  const worker = new URL('../src/probe.worker.ts', import.meta.url)
  const probes = new Probes({ worker, originalSpeed: false, packetFilter, localNetworks: undefined, flowLimit: 1024, hostLimit: 1024 })
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
    const { worker } = probe as unknown as { worker: Worker }
    const asked = Promise.all([probe.ask('series', { of: 'apps', seconds: 3600 }), worker.terminate()])
    await Promise.race([asked.catch(() => undefined), reaches(probes, probe, 'failed')])
    await reaches(probes, probe, 'failed')
    expect(probe.info.failure).toMatch(/worker/)
    await expect(probe.ask('totals', {})).rejects.toThrow(/has failed/)
    probes.restart(probe.info.id)
    await reaches(probes, probe, 'ended')
    expect(await probe.ask('totals', {})).toMatchObject({ packets: 3 })
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
