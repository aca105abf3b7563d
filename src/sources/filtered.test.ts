import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newSourceStats, PacketBatch, type Sink, type Source } from '../lib/source.ts'
import { filtered } from './filtered.ts'
import { openInput } from './open-source.ts'
import { PacketFilter, type PacketProgram } from './packet-filter.ts'
import { pcapBytes } from './pcap-writer.ts'
import { CollectingSink, collect, NEVER, PcapngBuilder } from './testing.ts'

const folder = mkdtempSync(join(tmpdir(), 'wiretop-filtered-'))
const at = (name: string) => join(folder, name)
afterAll(() => rmSync(folder, { recursive: true }))

const ETHERNET = 1
const RAW_IP = 101
const IPV4_UDP = [0x45, 0, 0, 28, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2, 0, 53, 0, 53, 0, 8, 0, 0]
const IPV4_TCP = IPV4_UDP.with(9, 6)
const onEthernet = (packet: readonly number[]) => Uint8Array.from([...new Array<number>(12).fill(2), 8, 0, ...packet])
const udp = onEthernet(IPV4_UDP)
const tcp = onEthernet(IPV4_TCP)
const capture = (frames: readonly Uint8Array[], fromMs: number) =>
  pcapBytes(
    { linkType: ETHERNET },
    frames.map((data, i) => ({ tsMs: fromMs + i, data })),
  )

beforeAll(() => {
  writeFileSync(at('a.pcap'), capture([udp, tcp, udp, tcp, tcp], 1000))
  writeFileSync(at('b.pcap'), capture([tcp, udp], 1002))
  writeFileSync(at('list.txt'), 'a.pcap\nb.pcap\n')
  const both = new PcapngBuilder().section().interface(ETHERNET).interface(RAW_IP)
  both
    .enhanced(0, 1000n, udp)
    .enhanced(1, 2000n, Uint8Array.from(IPV4_UDP))
    .enhanced(0, 3000n, tcp)
    .enhanced(1, 4000n, Uint8Array.from(IPV4_TCP))
  writeFileSync(at('both.pcapng'), both.bytes())
})

describe('a filtered source', () => {
  const filter = new PacketFilter('udp')
  const inputs: [string, string, number[], number][] = [
    ['a capture', 'a.pcap', [1000, 1002], 3],
    ['a list of captures', 'list.txt', [1000, 1002, 1003], 4],
    ['a merge', 'a.pcap,b.pcap', [1000, 1002, 1003], 4],
  ]
  it.each(inputs)('takes what matches from %s, and counts the rest', async (_, spec, times, filteredOut) => {
    const source = openInput(spec.split(',').map(at).join(','), { filter })
    expect((await collect(source)).map(({ tsMs }) => tsMs)).toEqual(times)
    expect(source.stats()).toMatchObject({ packets: times.length, filteredOut, faultCount: 0 })
  })

  it('keeps what belongs to a packet together', async () => {
    const [all, taken] = [await collect(openInput(at('a.pcap'))), await collect(openInput(at('a.pcap'), { filter }))]
    expect(taken).toEqual([all[0], all[2]])
  })

  it('has a program for each link type of a capture', async () => {
    const source = openInput(at('both.pcapng'), { filter })
    expect((await collect(source)).map(({ tsMs, linkType }) => [tsMs, linkType])).toEqual([
      [1, ETHERNET],
      [2, RAW_IP],
    ])
  })

  it('leaves out packets of a link type that the filter does not fit, and says so once', async () => {
    const source = openInput(at('both.pcapng'), { filter: new PacketFilter('not vlan') })
    expect((await collect(source)).map(({ linkType }) => linkType)).toEqual([ETHERNET, ETHERNET])
    const { packets, filteredOut, faults, faultCount } = source.stats()
    expect({ packets, filteredOut, faultCount }).toEqual({ packets: 2, filteredOut: 2, faultCount: 1 })
    expect(faults).toEqual([
      'packets of link type 101 (Raw IP) are left out, the packet filter does not fit them: no VLAN support for Raw IP',
    ])
  })

  it('cuts a packet to the length that the filter returns', async () => {
    const program: PacketProgram = { instructions: new Uint8Array(), accepts: () => 20 }
    const source = filtered(openInput(at('a.pcap')), { text: '', programFor: () => program })
    expect((await collect(source)).map(({ data, wireLen }) => [data.length / 2, wireLen])).toEqual(Array(5).fill([20, 42]))
  })

  it('hands on batches in which nothing is left, and waits as the sink asks', async () => {
    const batch = new PacketBatch(1)
    batch.buf = tcp
    batch.count = 1
    batch.capLen[0] = batch.wireLen[0] = tcp.length
    batch.linkType[0] = ETHERNET
    const turn = Promise.resolve()
    let returned: unknown
    const source: Source = {
      name: 'one',
      run: async (sink: Sink) => {
        returned = sink.packets(batch)
      },
      stats: newSourceStats,
    }
    const sink = new CollectingSink()
    const counts: number[] = []
    await filtered(source, filter).run(
      {
        packets: (b) => {
          counts.push(b.count)
          sink.packets(b)
          return turn
        },
      },
      NEVER,
    )
    expect({ counts, seen: sink.seen, waits: returned === turn }).toEqual({ counts: [0], seen: [], waits: true })
  })
})
