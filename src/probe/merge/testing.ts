/** For tests: the inner parts of several workers, without threads. */
import type { Answer, Ask, Question } from '../../lib/live.ts'
import { newSourceStats, type Source } from '../../lib/source.ts'
import { type ShardHash, type Share, shard } from '../../sources/shard.ts'
import { applyLearned, shareLearned, takeLearned } from '../../tables/learned.ts'
import type { LiveTables } from '../../tables/live-tables.ts'
import { testTables } from '../../tables/testing.ts'
import { Answers } from '../answers.ts'
import type { PartWorker } from './crew.ts'
import { Merged } from './merged.ts'

const LIMIT = 16_384
const SALT = 99

/** Answers as the worker of an interface that has read all of its input. */
export async function readWhole(source: Source, share?: Share): Promise<LiveTables> {
  const tables = testTables({ flowLimit: LIMIT, hostLimit: LIMIT, seed: share?.index ?? 7 })
  if (share !== undefined) shareLearned(tables)
  const sink = { packets: (batch: Parameters<LiveTables['take']>[0]) => tables.take(batch), clock: (ms: number) => tables.passClock(ms) }
  await (share === undefined ? source : shard(source, share)).run(sink, new AbortController().signal)
  tables.finish()
  tables.tickTo(tables.nowMs + 1000)
  return tables
}

export const answersOf = (tables: LiveTables): Answers => new Answers(tables, newSourceStats, 'test')

/** What goes to another thread is copied. */
export const workerOf = (answers: Answers, number: number): PartWorker => ({
  number,
  part: async (question, ask) => structuredClone(answers.part(question, structuredClone(ask))),
  answer: async (question, ask) => structuredClone(answers.answer(question, structuredClone(ask))),
})

export interface Asked {
  ask<Q extends Question>(question: Q, ask: Ask<Q>): Promise<Answer<Q>>
}

export const one = (tables: LiveTables): Asked => {
  const answers = answersOf(tables)
  return { ask: async (question, ask) => answers.answer(question, ask) }
}

export const several = (tables: readonly LiveTables[]): Asked => {
  const workers = tables.map((t, number) => workerOf(answersOf(t), number))
  const merged = new Merged({ name: 'test', salt: SALT, flowLimit: LIMIT, hostLimit: LIMIT })
  return { ask: (question, ask) => merged.answer(workers, question, ask) }
}

export async function readShared(open: () => Source, count: number, hash?: ShardHash): Promise<LiveTables[]> {
  const shares = Array.from({ length: count }, (_, index) => ({ index, count, seed: 5, ...(hash === undefined ? {} : { hash }) }))
  const tables = await Promise.all(shares.map((share) => readWhole(open(), share)))
  exchange(tables)
  return tables
}

/** Tells each what the others have learned. */
export function exchange(tables: readonly LiveTables[]): void {
  for (const [from, learned] of tables.map((t) => [t, takeLearned(t)] as const))
    if (learned !== undefined) for (const t of tables) if (t !== from) applyLearned(t, structuredClone(learned))
}
