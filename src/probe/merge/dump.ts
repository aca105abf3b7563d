import { type Ask, BadQuestion, type Dump, type FlowDetail, type HostDetail } from '../../lib/live.ts'
import { parseAddress } from '../../wire/address.ts'
import { hostDetailOf } from '../details.ts'
import type { Crew, Split } from './crew.ts'
import { mergeBehind, mergeHostParts, usualVlan } from './host.ts'
import { hostChanges } from './host-items.ts'
import { interfacesOfSplit } from './list.ts'
import type { BehindMac, HostPart } from './part.ts'
import { hostId, idOn } from './split-flows.ts'

/** Everything known of all hosts and flows, or of one host; totals and the interface's name are added by the caller. */
export async function mergedDump(crew: Crew, { address, vlan }: Ask<'dump'>): Promise<Pick<Dump, 'flows' | 'hosts'>> {
  if (address !== undefined && parseAddress(address) === undefined) throw new BadQuestion('address', `${address} is not an address`)
  const inVlan = address === undefined ? undefined : (vlan ?? (await usualVlan(crew, address)) ?? 0)
  const one = address === undefined ? {} : { address, vlan: inVlan! }
  const split = await crew.split()
  const answers = await crew.all('dumpPart', (i) => ({ salt: crew.salt, without: split.without[i]!, ...one }))
  const flows: FlowDetail[] = answers.flatMap((answer, i) =>
    answer.flows.map(({ low, high, detail }) => {
      const interfaces = crew.interfacesAt(i, { low: Int32Array.of(low), high: Int32Array.of(high) }, 0)
      return { ...detail, id: idOn(crew.workers[i]!.number, detail.id), ...(interfaces && { interfaces }) }
    }),
  )
  for (const flow of split.flows) {
    const { detail } = flow
    if (address === undefined || (detail.vlan === inVlan && (detail.client === address || detail.server === address)))
      flows.push({ ...detail, ...interfacesOfSplit(crew, flow) })
  }
  return {
    hosts: await hostsOf(
      crew,
      answers.flatMap((answer) => answer.hosts),
      split,
    ),
    flows,
  }
}

async function hostsOf(crew: Crew, parts: readonly HostPart[], split: Split): Promise<HostDetail[]> {
  const byHost = new Map<string, HostPart[]>()
  for (const part of parts) {
    const id = hostId(part.item.address, part.item.vlan)
    const there = byHost.get(id)
    if (there === undefined) byHost.set(id, [part])
    else there.push(part)
  }
  const changes = hostChanges(split.flows)
  const merged = [...byHost.values()].map((of) => mergeHostParts(of, split, changes))
  const macs = [...new Set(merged.flatMap(({ item }) => item.mac ?? []))]
  const behind = new Map<string, BehindMac>()
  for (const mac of macs) behind.set(mac, mergeBehind(await crew.all('behindMac', () => ({ mac }))))
  return merged.map((part) => hostDetailOf(part, behind.get(part.item.mac ?? '') ?? mergeBehind([])))
}
