/** The recognition corpus is third-party data that lies beside the checkout, where it is there at all. */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { capinfos } from './capinfos.ts'
import { type FlowLine, linesOf, root, type SummaryLine, scratchFolder, wiretop } from './product.ts'

const folder = join(root, '../shared/corpus/dpi')
const here = existsSync(folder)
const scratch = scratchFolder()
afterAll(scratch.dispose)

interface ExpectedRow {
  readonly l4: string
  readonly a: string
  readonly ap?: number
  readonly b: string
  readonly bp?: number
  readonly vlan?: number
  readonly pkts: readonly [number, number]
  readonly bytes: readonly [number, number]
}
interface Expected {
  readonly rawPackets: number
  readonly rows: readonly ExpectedRow[]
}

/** Where ours differ on purpose. */
const LATER_FRAGMENTS = 'later fragments belong to the flow of the first'
const CUT_BY_SNAP_LENGTH = 'packets cut by the snap length count with their flow'
const DIFFERS: Readonly<Record<string, string>> = {
  'capwap.pcap': LATER_FRAGMENTS,
  'dns_fragmented.pcap': LATER_FRAGMENTS,
  'dnscrypt-v1-and-resolver-pings.pcap': LATER_FRAGMENTS,
  'ip_fragmented_garbage.pcap': LATER_FRAGMENTS,
  'badpackets.pcap': CUT_BY_SNAP_LENGTH,
  'reasm_crash_anon.pcapng': CUT_BY_SNAP_LENGTH,
  'fuzz-2006-09-29-28586.pcap': CUT_BY_SNAP_LENGTH,
  'ndpi_match_string_subprotocol__error.pcapng': CUT_BY_SNAP_LENGTH,
  'teredo.pcap': 'Teredo is opened to the flow inside',
}
/** Where the raw packet is damaged: its record says a length that no link carries. */
const DAMAGED: Readonly<Record<string, string>> = {
  'fuzz-2021-06-07-c6c72a0a56.pcap': 'a length on the wire of 4 GB counts as 262,144',
  'fuzz-2021-10-13.pcap': 'one packet before the cut: it counts, with its length on the wire limited',
}

describe.skipIf(!here)(here ? 'corpus' : 'corpus (skipped: ../shared/corpus is absent)', () => {
  let flows: FlowLine[] = []
  let expected: Record<string, Expected> = {}
  const summaries = new Map<string, SummaryLine>()
  const rowsFile = scratch.path('rows.jsonl')
  const captures = here ? readdirSync(join(folder, 'captures')).sort() : []
  const paths = captures.map((name) => join(folder, 'captures', name))

  beforeAll(async () => {
    expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')).captures
    const { status, stdout } = await wiretop(['analyze', '--json', ...paths])
    expect(status).toBe(0)
    writeFileSync(rowsFile, stdout)
    const lines = linesOf(stdout)
    flows = lines.flows
    for (const line of lines.summaries) summaries.set(line.capture, line)
  }, 180_000)

  it('reads every packet of every capture', () => {
    const wanted = captures.filter((name) => !(name in DAMAGED)).map((name) => [name, expected[name]?.rawPackets])
    expect(wanted.map(([name]) => [name, summaries.get(name as string)?.packets])).toEqual(wanted)
  })

  it('counts the bytes that capinfos counts', ({ skip }) => {
    const counted = capinfos(paths)
    skip(counted === undefined, 'skipped: capinfos is not installed')
    const wanted = captures.flatMap((name, i) => (name in DAMAGED ? [] : [[name, counted?.get(paths[i]!)]]))
    const ours = wanted.map(([name]) => {
      const { packets, wireBytes } = summaries.get(name as string)!
      return [name, { packets, wireBytes }]
    })
    expect(ours).toEqual(wanted)
  })

  it('forms the same flows with the same packets and bytes', () => {
    const differing = [...differences(expected, flows)].filter(([name]) => !(name in DIFFERS) && !(name in DAMAGED))
    expect(differing).toEqual([])
  })

  it('names at least 52 % of the flows exactly, by capture', () => {
    const out = scratch.path('score.json')
    execFileSync(process.execPath, [join(folder, 'score.mjs'), join(folder, 'expected.json'), rowsFile, '--quiet', '--json', out])
    const score = JSON.parse(readFileSync(out, 'utf8')) as {
      byCapture: { exact: number }
      counts: { given: number; packetsEqual: number; bytesEqual: number }
    }
    expect(score.byCapture.exact).toBeGreaterThanOrEqual(0.52)
  })
})

type Counted = Pick<FlowLine, 'l4' | 'a' | 'packets' | 'bytes'> & { readonly ap?: number }
const hasPorts = (l4: string) => /^(?:tcp|udp)$/i.test(l4)

const keyOf = ({ l4, a, ap = 0, b, bp = 0, vlan = 0 }: ExpectedRow | FlowLine): string => {
  const ends = hasPorts(l4) ? [`${a} ${ap}`, `${b} ${bp}`] : [a, b]
  return `${l4.toLowerCase()} ${ends.sort().join(' ')} ${vlan}`
}

/** By capture: a flow that is missing or extra, or has other counts. */
function differences(expected: Readonly<Record<string, Expected>>, flows: readonly FlowLine[]): Map<string, string> {
  const byCapture = Map.groupBy(flows, (flow) => flow.capture)
  const found = new Map<string, string>()
  for (const [name, { rows }] of Object.entries(expected)) {
    const ours = new Map((byCapture.get(name) ?? []).map((flow) => [keyOf(flow), flow]))
    for (const row of rows) {
      const flow = ours.get(keyOf(row))
      ours.delete(keyOf(row))
      if (flow === undefined) found.set(name, `missing ${keyOf(row)}`)
      else if (counts(flow) !== counts({ ...row, packets: row.pkts }, flow)) found.set(name, `${keyOf(row)}: ${counts(flow)}`)
    }
    const [extra] = ours.keys()
    if (extra !== undefined) found.set(name, `extra ${extra}`)
  }
  return found
}

/** Packets and bytes in the directions of `as`. */
function counts(row: Counted, as: Counted = row): string {
  const turned = row.a !== as.a || (hasPorts(row.l4) && (row.ap ?? 0) !== (as.ap ?? 0))
  return JSON.stringify(turned ? [row.packets.toReversed(), row.bytes.toReversed()] : [row.packets, row.bytes])
}
