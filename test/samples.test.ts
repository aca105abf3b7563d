import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { capinfos } from './capinfos.ts'
import { type FlowLine, linesOf, root, type SummaryLine, wiretop } from './product.ts'

interface Expected {
  readonly packets: number
  readonly wireBytes: number
  readonly protocols: readonly { readonly l4: string; readonly port: number; readonly name: string }[]
}

const folder = join(root, 'samples')
const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Record<string, Expected>
const names = Object.keys(expected).sort()
const paths = names.map((name) => join(folder, name))
const counted = capinfos(paths)

const flows = new Map<string, FlowLine[]>()
const summaries = new Map<string, SummaryLine>()

beforeAll(async () => {
  const { status, stdout, stderr } = await wiretop(['analyze', '--json', ...paths])
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  const lines = linesOf(stdout)
  for (const line of lines.summaries) summaries.set(line.capture, line)
  for (const line of lines.flows) flows.set(line.capture, [...(flows.get(line.capture) ?? []), line])
})

describe('samples', () => {
  it('are all in expected.json', () => {
    const there = readdirSync(folder).filter((name) => /\.(pcap|pcapng)(\.(gz|zst))?$/.test(name))
    expect(there.sort()).toEqual(names)
    expect(names.length).toBeGreaterThanOrEqual(15)
  })

  it.each(names)('%s has the packets and bytes of its record', (name) => {
    const { packets, wireBytes, malformed, cutShort } = summaries.get(name)!
    expect({ packets, wireBytes, malformed, cutShort }).toEqual({
      packets: expected[name]!.packets,
      wireBytes: expected[name]!.wireBytes,
      malformed: {},
      cutShort: false,
    })
  })

  const why = counted === undefined ? ' (skipped: capinfos is not installed)' : ''
  it.skipIf(counted === undefined).each(names)(`%s has as many as capinfos counts${why}`, (name) => {
    const { packets, wireBytes } = summaries.get(name)!
    expect({ packets, wireBytes }).toEqual(counted?.get(join(folder, name)))
  })

  const recognised = names.flatMap((name) => expected[name]!.protocols.map((protocol) => [name, protocol.name, protocol] as const))
  it.each(recognised)('%s shows %s', (name, wanted, { l4, port }) => {
    const there = (flows.get(basename(name)) ?? []).filter((flow) => flow.l4 === l4 && (port === 0 || flow.ap === port || flow.bp === port))
    const named = there.map((flow) => flow.proto)
    expect(named.some((proto) => proto.split('.').includes(wanted)) ? wanted : named).toEqual(wanted)
  })
})
