import { RISKS, type RiskInfo } from './risks.gen.ts'

const byName: ReadonlyMap<string, RiskInfo> = new Map(RISKS.map((info) => [info.name, info]))
export const riskInfo = (name: string): RiskInfo | undefined => byName.get(name)

/** Every risk that any of these has, in the order of the list. */
export function unionOfRisks(lists: readonly (readonly string[])[]): string[] {
  const all = new Set(lists.flat())
  return RISKS.map(({ name }) => name as string).filter((name) => all.has(name))
}

/** What these risks come to. */
export function scoresOf(names: readonly string[]): { score: number; clientScore: number; serverScore: number } {
  const infos = names.flatMap((name) => byName.get(name) ?? [])
  const sum = (of: 'score' | 'clientScore' | 'serverScore') => infos.reduce((n, info) => n + info[of], 0)
  return { score: sum('score'), clientScore: sum('clientScore'), serverScore: sum('serverScore') }
}
