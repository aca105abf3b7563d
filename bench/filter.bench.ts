/**
 * What a packet filter costs: ns a packet of the program alone, compiled and interpreted, and reading a capture with it against without.
 * Medians of five runs after one to warm up; each filter in a process of its own, as each interface has its worker, because calls through
 * one place to several functions are dearer.
 *   node bench/filter.bench.ts [FILE [FILTER]]
 * FILE defaults to $WIRETOP_BENCH_CAPTURE; with a FILTER it alone is measured, as a line of JSON.
 */
import { execFileSync } from 'node:child_process'
import type { PacketBatch } from '../src/lib/source.ts'
import { openInput } from '../src/sources/open-source.ts'
import { isFault, PacketFilter } from '../src/sources/packet-filter.ts'
import { type BpfFilter, bpfProgram } from '../src/wire/bpf.ts'
import { compiledBpf } from '../src/wire/bpf-compiler.ts'
import { interpretedBpf } from '../src/wire/bpf-interpreter.ts'
import { median, table } from './measure.ts'

const RUNS = 5
const FILTERS = [
  'tcp port 443',
  'host 10.0.0.1 and not port 22',
  'tcp[tcpflags] & tcp-syn != 0',
  'net 10.0.0.0/8 or net 192.168.0.0/16 or ip6',
  'not port 3000',
]
const ETHERNET = 1

const [path = process.env['WIRETOP_BENCH_CAPTURE'], only] = process.argv.slice(2)
if (path === undefined) {
  console.error('usage: node bench/filter.bench.ts FILE (or set WIRETOP_BENCH_CAPTURE)')
  process.exit(2)
}
const capture = path

interface Outcome {
  readonly packets: number
  readonly ms: number
}

async function read(filter?: PacketFilter): Promise<Outcome> {
  let packets = 0
  const sink = {
    packets: (batch: PacketBatch) => {
      packets += batch.count
    },
  }
  const ms: number[] = []
  for (let run = 0; run <= RUNS; run++) {
    packets = 0
    const startedMs = performance.now()
    await openInput(capture, { filter }).run(sink, new AbortController().signal)
    if (run > 0) ms.push(performance.now() - startedMs)
  }
  return { packets, ms: median(ms) }
}

/** The capture's first batch, again and again: its bytes stay in the cache, so that only the program is measured. */
async function firstBatch(): Promise<PacketBatch> {
  let first: PacketBatch | undefined
  const stop = new AbortController()
  const keep = (batch: PacketBatch) => {
    first ??= { ...batch, buf: batch.buf.slice(), capacity: batch.capacity }
    stop.abort()
  }
  await openInput(capture).run({ packets: keep }, stop.signal)
  if (first === undefined) throw new Error(`${capture}: no packets`)
  return first
}

/** Every program gets a loop of its own. */
const newLoop = () =>
  new Function(
    'accepts',
    'b',
    'let n = 0; for (let i = 0; i < b.count; i++) if (accepts(b.buf, b.start[i], b.capLen[i], b.wireLen[i]) > 0) n++; return n',
  ) as (accepts: BpfFilter, batch: PacketBatch) => number

function nsAPacket(accepts: BpfFilter, batch: PacketBatch): number {
  const loop = newLoop()
  const rounds = Math.ceil(1_000_000 / batch.count)
  const ns: number[] = []
  for (let run = 0; run <= RUNS; run++) {
    const startedMs = performance.now()
    for (let round = 0; round < rounds; round++) loop(accepts, batch)
    if (run > 0) ns.push(((performance.now() - startedMs) / rounds / batch.count) * 1e6)
  }
  return median(ns)
}

async function row(text: string): Promise<string[]> {
  const filter = new PacketFilter(text)
  const made = filter.programFor(ETHERNET)
  if (isFault(made)) throw new Error(`${text}: ${made.message}`)
  const program = bpfProgram(made.instructions)
  if (typeof program === 'string') throw new Error(program)
  const batch = await firstBatch()
  const bare = await read()
  const filtered = await read(filter)
  return [
    text,
    `${program.length}`,
    `${((filtered.packets / bare.packets) * 100).toFixed(1)} %`,
    nsAPacket(compiledBpf(program)!, batch).toFixed(1),
    nsAPacket(interpretedBpf(program), batch).toFixed(1),
    `${(((filtered.ms - bare.ms) / bare.packets) * 1e6).toFixed(0)}`,
    `${(filtered.ms / bare.ms).toFixed(2)} ×`,
  ]
}

if (only !== undefined) console.log(JSON.stringify(await row(only)))
else {
  const rows = FILTERS.map(
    (text) => JSON.parse(execFileSync(process.execPath, [import.meta.filename, capture, text]).toString()) as string[],
  )
  const head = ['filter', 'instructions', 'taken', 'compiled ns', 'interpreted ns', 'ns in the reader', 'reading']
  console.log(table(head, rows))
}
