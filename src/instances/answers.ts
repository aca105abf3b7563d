/** What another wiretop answers is hostile: of it only what is shown is taken, checked and cut. Whatever else stands there may be of a newer one. */
import { Type } from 'typebox'
import { Compile } from 'typebox/schema'
import type { InstanceInterface, InstanceTotals } from '../lib/instances.ts'

/** Longer ones are cut. */
const MAX_TEXT = 256
const MAX_LISTED = 64

const figure = Type.Number({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
const health = Compile(Type.Object({ status: Type.Literal('ok'), version: Type.String() }))
const interfaces = Compile(
  Type.Object({
    interfaces: Type.Array(
      Type.Object({
        id: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
        name: Type.String(),
        kind: Type.String(),
        state: Type.String(),
        failure: Type.Optional(Type.String()),
        totals: Type.Optional(Type.Object({ bps: figure, pps: figure, flows: figure, hosts: figure, packets: figure, dropped: figure })),
      }),
    ),
  }),
)

const cut = (text: string): string => (text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT - 1)}…` : text)

/** Undefined: no answer of a wiretop. */
export const versionOf = (answer: unknown): string | undefined => (health.Check(answer) ? cut(answer.version) : undefined)

export interface InterfacesFound {
  readonly interfaces: readonly InstanceInterface[]
  readonly moreInterfaces: number
  readonly totals: InstanceTotals
}

/** Undefined: no answer of a wiretop. */
export function interfacesOf(answer: unknown): InterfacesFound | undefined {
  if (!interfaces.Check(answer)) return undefined
  const all = answer.interfaces.map(
    ({ id, name, kind, state, failure, totals }): InstanceInterface => ({
      id,
      name: cut(name),
      kind: cut(kind),
      state: cut(state),
      ...(failure !== undefined && { failure: cut(failure) }),
      ...(totals && { totals: figuresOf(totals, isMoving(state)) }),
    }),
  )
  return { interfaces: all.slice(0, MAX_LISTED), moreInterfaces: Math.max(0, all.length - MAX_LISTED), totals: sumOf(all) }
}

/** The last rate of a capture that has been read to its end is not that of now. */
const isMoving = (state: string): boolean => state === 'running' || state === 'starting'
const figuresOf = ({ bps, pps, flows, hosts, packets, dropped }: InstanceTotals, isMoving: boolean): InstanceTotals => ({
  bps: isMoving ? bps : 0,
  pps: isMoving ? pps : 0,
  flows,
  hosts,
  packets,
  dropped,
})

/** One exporter of a collector, which has the traffic of all of them. */
const PART = 'exporter'

function sumOf(all: readonly InstanceInterface[]): InstanceTotals {
  const sum = { bps: 0, pps: 0, flows: 0, hosts: 0, packets: 0, dropped: 0 }
  for (const { kind, totals } of all) {
    if (totals === undefined || kind === PART) continue
    sum.bps += totals.bps
    sum.pps += totals.pps
    sum.flows += totals.flows
    sum.hosts += totals.hosts
    sum.packets += totals.packets
    sum.dropped += totals.dropped
  }
  return sum
}
