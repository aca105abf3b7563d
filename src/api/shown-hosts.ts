import type { Entity, HostItem } from '../lib/fields.ts'
import type { ShownHost } from '../lib/host-naming.ts'
import type { Answer, Ask, HostDetail, ListAnswer, Question } from '../lib/live.ts'

type Row = Readonly<Record<string, unknown>>
type Place = readonly [address: string, name: string]
const ENDS: readonly Place[] = [
  ['client', 'clientLabel'],
  ['server', 'serverLabel'],
]
/** Of each list that shows hosts: their address and their name. */
const HOSTS_OF: Readonly<Partial<Record<Entity, readonly Place[]>>> = {
  hosts: [['address', 'name']],
  flows: ENDS,
  talkers: ENDS,
  contacts: ENDS,
}

/** The hosts that an answer shows. */
export function shownHosts<Q extends Question>(question: Q, ask: Ask<Q>, answer: Answer<Q>): ShownHost[] {
  if (answer === null) return []
  if (question === 'list') return hostsIn((answer as ListAnswer).items, HOSTS_OF[(ask as Ask<'list'>).entity] ?? [])
  if (question === 'flow') return hostsIn([answer], ENDS)
  if (question !== 'host') return []
  const { topPeers, ...host } = answer as HostDetail
  return hostsIn([host as HostItem, ...topPeers], HOSTS_OF.hosts!)
}

const hostsIn = (rows: readonly unknown[], places: readonly Place[]): ShownHost[] =>
  (rows as readonly Row[]).flatMap((row) =>
    places.map(([address, name]) => ({ address: String(row[address]), isNamed: row[name] !== undefined })),
  )
