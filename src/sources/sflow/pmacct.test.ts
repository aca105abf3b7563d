/** Another program's sFlow: pmacctd reads a capture and sends its packets as samples. */
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { FlowWriter } from '../../lib/flow-batch.ts'
import { SampleWriter } from '../../lib/sample-batch.ts'
import type { PacketBatch } from '../../lib/source.ts'
import type { LiveTables } from '../../tables/live-tables.ts'
import { testTables, udpFrame } from '../../tables/testing.ts'
import { flowView } from '../../tables/views/flow-view.ts'
import { itemOf, type View } from '../../tables/views/view.ts'
import { le32 } from '../../wire/testing.ts'
import { DatagramListener } from '../collect/datagram-listener.ts'
import { Exporters } from '../collect/exporters.ts'
import { openInput } from '../open-source.ts'
import { SflowDecoder } from './sflow-decoder.ts'

const samples = join(import.meta.dirname, '../../../samples')
const hasPmacct = spawnSync('pmacctd', ['-V']).error === undefined
const AGENT = '192.0.2.77'
/** It ends without sending the samples that do not fill a datagram: these may get lost. */
const LAST = udpFrame({ from: '203.0.113.1', to: '203.0.113.2', payload: 'x'.repeat(100) })
const LAST_PACKETS = 40

function withLast(capture: string): Buffer {
  const record = [...le32(1_700_000_000), ...le32(0), ...le32(LAST.length), ...le32(LAST.length), ...LAST]
  return Buffer.concat([readFileSync(join(samples, capture)), ...new Array<Buffer>(LAST_PACKETS).fill(Buffer.from(record))])
}

/** What pmacctd makes of a capture, `rate` to one. */
async function sampled(capture: string, rate: number): Promise<{ t: LiveTables; exporters: Exporters }> {
  const t = testTables({ flowLimit: 4096, hostLimit: 4096 })
  const exporters = new Exporters()
  const writer = new SampleWriter(64, (batch) => t.sampled(batch, 1.7e12))
  const flows = new FlowWriter(64, () => undefined)
  const decoder = new SflowDecoder({ exporters, flows, samples: writer, samplingOf: () => undefined })
  const listener = await DatagramListener.open('127.0.0.1', 0, {
    datagram: (datagram, from, port) => decoder.datagram(datagram, from, port, 1.7e12),
    taken: () => undefined,
  })
  const folder = mkdtempSync(join(tmpdir(), 'pmacct-'))
  try {
    writeFileSync(join(folder, 'a.pcap'), withLast(capture))
    const settings = {
      daemonize: 'false',
      pcap_savefile: join(folder, 'a.pcap'),
      plugins: 'sfprobe[s]',
      'sfprobe_receiver[s]': `127.0.0.1:${listener.port}`,
      'sfprobe_agentip[s]': AGENT,
      plugin_pipe_size: '16384000',
      plugin_buffer_size: '16384',
      sampling_rate: `${rate}`,
    }
    const lines = Object.entries(settings).map(([name, value]) => `${name}: ${value}\n`)
    writeFileSync(join(folder, 'pmacctd.conf'), lines.join(''))
    const child = spawn('pmacctd', ['-f', join(folder, 'pmacctd.conf')], { stdio: 'ignore' })
    await new Promise((resolve) => child.once('close', resolve))
    // What it has sent waits in the socket: all is read when nothing more comes.
    for (let before = -1, quiet = 0; quiet < 20; ) {
      const now = exporters.all[0]?.datagrams ?? 0
      quiet = now === before ? quiet + 1 : 0
      before = now
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  } finally {
    await listener.close()
    rmSync(folder, { recursive: true })
  }
  writer.flush()
  t.settle()
  return { t, exporters }
}

async function captured(capture: string): Promise<LiveTables> {
  const t = testTables({ flowLimit: 4096, hostLimit: 4096 })
  await openInput(join(samples, capture)).run({ packets: (batch: PacketBatch) => t.take(batch) }, new AbortController().signal)
  t.settle()
  return t
}

function flowsOf(t: LiveTables): string[] {
  const view = flowView(t) as View
  return Array.from({ length: view.used() }, (_, row) => itemOf(view, row) as Record<string, unknown>)
    .filter(({ client }) => client !== '203.0.113.1')
    .map(({ client, server, clientPort, serverPort, proto, bytes, packets }) =>
      [proto, client, clientPort, server, serverPort, packets, bytes].join(' '),
    )
    .sort()
}

describe.skipIf(!hasPmacct)('what pmacctd samples of a capture (skipped: needs pmacctd; apt-get install pmacct)', () => {
  test.each(['dns.pcap', 'http1.pcap', 'sip-rtp.pcap', 'vxlan.pcap'])(
    '%s, all of it, is what was captured',
    async (capture) => {
      const [{ t, exporters }, whole] = await Promise.all([sampled(capture, 1), captured(capture)])
      expect(exporters.all.map(({ info }) => [info.address, info.sender, info.missed, info.sampling])).toEqual([
        [AGENT, '127.0.0.1', 0, [1]],
      ])
      expect(Object.keys(exporters.all[0]!.info.faults)).toEqual(['agent differs from sender'])
      expect(flowsOf(t)).toEqual(flowsOf(whole))
    },
    30_000,
  )
  test('office.pcap, each tenth packet, counts tenfold', async () => {
    const { t, exporters } = await sampled('office.pcap', 10)
    expect(exporters.all[0]!.info.sampling).toEqual([10])
    expect(t.packets).toBe(10 * exporters.all[0]!.records)
    expect(t.packets).toBeGreaterThan(0)
  }, 30_000)
})
