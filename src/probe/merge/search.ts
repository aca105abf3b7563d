import type { SearchHit } from '../../lib/live.ts'
import { firstHits, macDetail } from '../search.ts'
import type { Crew } from './crew.ts'
import type { WeighedHit } from './part.ts'

/** Exact as long as no worker has more hits than it sends (10,000). */
export async function mergedSearch(crew: Crew, text: string, limit: number): Promise<SearchHit[]> {
  const hits = mergeHits((await crew.all('searchPart', () => ({ text }))).flat())
  const hosts = hits.some(({ kind }) => kind === 'mac') ? await crew.hostsByMac() : undefined
  return firstHits(
    hits.map((hit) => (hit.kind === 'mac' ? { ...hit, detail: macDetail(hit.vendor, hosts?.get(hit.value) ?? 0) } : hit)),
    limit,
  )
}

export function mergeHits(hits: readonly WeighedHit[]): WeighedHit[] {
  const byKey = new Map<string, WeighedHit>()
  for (const hit of hits) {
    const key = `${hit.kind} ${hit.kind === 'port' ? hit.label : hit.value} ${hit.vlan ?? ''}`
    const there = byKey.get(key)
    byKey.set(key, there === undefined ? hit : { ...there, bytes: there.bytes + hit.bytes })
  }
  return [...byKey.values()]
}
