import type { FlowDetail } from '../../lib/live.ts'
import type { Crew } from './crew.ts'
import { idOn, workerOfId } from './split-flows.ts'

/** Which workers have a part of the flow, and its id there. Where it has left, the one that the id names. */
export async function partsOfFlow(crew: Crew, id: string): Promise<{ readonly worker: number; readonly id: string }[]> {
  const named = workerOfId(id)
  const worker = crew.workers.find(({ number }) => number === named?.worker)
  if (named === undefined || worker === undefined) return []
  const part = await worker.part('flowPart', { id: named.id, salt: crew.salt })
  if (part === null) return [named]
  const { flows } = await crew.split()
  const split = flows.find(({ low, high }) => low === part.low && high === part.high)
  return split?.parts.flatMap(({ detail }) => workerOfId(detail.id) ?? []) ?? [named]
}

/** One flow, by an id that says which worker has it, or a part of it. */
export async function mergedFlow(crew: Crew, id: string): Promise<FlowDetail | null> {
  const named = workerOfId(id)
  const worker = crew.workers.find(({ number }) => number === named?.worker)
  if (named === undefined || worker === undefined) return null
  const part = await worker.part('flowPart', { id: named.id, salt: crew.salt })
  if (part === null) return null
  const { flows } = await crew.split()
  const split = flows.find(({ low, high }) => low === part.low && high === part.high)
  return split?.detail ?? { ...part.detail, id: idOn(worker.number, part.detail.id) }
}
