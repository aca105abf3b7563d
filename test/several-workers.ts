/** For tests: the inner parts of several workers, without threads. */
import type { Answer, Ask, Question } from '../src/lib/live.ts'
import { newSourceStats, type Source } from '../src/lib/source.ts'
import { Answers } from '../src/probe/answers.ts'
import type { PartWorker } from '../src/probe/merge/crew.ts'
import { Merged } from '../src/probe/merge/merged.ts'
import { type ShardHash, type Share, shard } from '../src/sources/shard.ts'
import { applyLearned, shareLearned, takeLearned } from '../src/tables/learned.ts'
import type { LiveTables } from '../src/tables/live-tables.ts'
import { testTables } from '../src/tables/testing.ts'

export const LIMIT = 2048
const SALT = 99

/** Answers as the worker of an interface that has read all of its input. */
export async function readWhole(source: Source, share?: Share): Promise<LiveTables> {
  const tables = testTables({
    flowLimit: LIMIT,
    hostLimit: LIMIT,
    seed: share?.index ?? 7,
    observe: { contactsOf: 'all', aggregations: 2, salt: 3 },
  })
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
  part: async (question, ask, elsewhere) => structuredClone(answers.part(question, structuredClone(ask), structuredClone(elsewhere))),
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
