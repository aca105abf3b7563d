/** The interfaces as one more list: the feed knows all of them, so they are filtered and sorted here. */
import type { Field, Fields, Item } from '../../lib/fields.ts'
import { hostFields, TRENDS } from '../../lib/fields.ts'
import { INTERFACE_STATES, type InterfaceInfo, type Totals } from '../../lib/live.ts'
import type { RowReader } from '../../lib/rows.ts'
import { LINK_STATES } from '../../lib/source.ts'
import { compileFilter, parseFilter } from '../../query/filter.ts'

export interface InterfaceEntry {
  readonly info: InterfaceInfo
  readonly totals: Totals | undefined
}

const count = (label: string, about: string) => ({ kind: 'count', label, about }) as const
export const interfaceFields = {
  id: count('Number', 'Number of the interface'),
  name: { kind: 'text', label: 'Name', about: 'What is read' },
  kind: { kind: 'text', label: 'Kind', about: 'Where its packets come from' },
  state: { kind: 'choice', label: 'State', about: 'Whether it is being read', choices: INTERFACE_STATES },
  link: { kind: 'choice', label: 'Link', about: 'Of a live interface', choices: LINK_STATES, optional: true },
  speedBps: { kind: 'bitsPerSecond', label: 'Speed', about: 'What the link can carry', optional: true },
  failure: { kind: 'text', label: 'Failure', about: 'Why it failed', optional: true },
  bps: hostFields.bps,
  pps: hostFields.pps,
  trend: { kind: 'choice', label: 'Trend', about: 'Throughput against the second before', choices: TRENDS },
  bpsSent: hostFields.bpsSent,
  bpsRcvd: hostFields.bpsRcvd,
  packets: { kind: 'packets', label: 'Packets', about: 'Packets since the start' },
  bytes: { kind: 'bytes', label: 'Bytes', about: 'Frame bytes since the start' },
  flows: count('Flows', 'Live flows'),
  hosts: count('Hosts', 'Live hosts'),
  dropped: { kind: 'packets', label: 'Drops', about: 'Packets lost before they were seen' },
  malformed: { kind: 'packets', label: 'Malformed', about: 'Packets whose headers lie' },
} as const satisfies Fields
export type InterfaceItem = Item<typeof interfaceFields>

function itemOf({ info, totals }: InterfaceEntry): InterfaceItem {
  const { id, name, kind, state, failure, device, speedBps } = info
  const { bps = 0, pps = 0, trend = 'steady', bpsSent = 0, bpsRcvd = 0, packets = 0, bytes = 0 } = totals ?? {}
  const { flows = 0, hosts = 0, dropped = 0, malformed = 0 } = totals ?? {}
  const figures = { bps, pps, trend, bpsSent, bpsRcvd, packets, bytes, flows, hosts, dropped, malformed }
  return {
    id,
    name,
    kind,
    state,
    ...(failure !== undefined && { failure }),
    ...(device && { link: device.link }),
    ...(speedBps !== undefined && { speedBps }),
    ...figures,
  }
}

const readerOf = (items: readonly InterfaceItem[]): RowReader => ({
  number: (field) => (row) => Number(items[row]![field as keyof InterfaceItem] ?? 0),
  text: (field) => (row) => String(items[row]![field as keyof InterfaceItem] ?? ''),
  address: () => () => 0,
})

/** A filter that is none lets all through: it was checked when it was typed. */
export function interfaceItems(
  entries: readonly InterfaceEntry[],
  filter: string,
  sort: { readonly field: string; readonly descending: boolean },
): InterfaceItem[] {
  const items = entries.map(itemOf)
  const parsed = parseFilter(filter, interfaceFields)
  const keep = parsed.ok ? compileFilter(parsed.filter, interfaceFields, readerOf(items), Date.now()) : () => true
  const field: Field | undefined = (interfaceFields as Fields)[sort.field]
  const sign = sort.descending ? -1 : 1
  const shown = (item: InterfaceItem) => item[sort.field as keyof InterfaceItem]
  const compare = (a: InterfaceItem, b: InterfaceItem) =>
    field?.kind === 'text' || field?.kind === 'choice'
      ? String(shown(a) ?? '').localeCompare(String(shown(b) ?? ''))
      : Number(shown(a) ?? 0) - Number(shown(b) ?? 0)
  return items.filter((_, row) => keep(row)).sort((a, b) => sign * compare(a, b))
}
