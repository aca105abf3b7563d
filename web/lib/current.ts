/** The interface in view, and how its data are kept fresh. */
import { type QueryClient, type QueryFilters, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { api } from './api.ts'
import { entryById, type LiveEntry, type LiveState, onHealed, onTotalsOfAll, useLive } from './live-store.ts'
import { ALL, useView } from './nav.tsx'

/** Undefined while nothing is known, or when there is no interface. */
export function useCurrent(): LiveEntry | undefined {
  const wanted = useView().interface
  return useLive((state) => currentIn(state, wanted))
}
export function useCurrentId(): number | undefined {
  const wanted = useView().interface
  return useLive((state) => currentIn(state, wanted)?.info.id)
}
function currentIn(state: LiveState, wanted: string | undefined): LiveEntry | undefined {
  if (wanted === ALL && state.all !== undefined) return state.all
  return state.entries.find(({ info }) => String(info.id) === wanted) ?? state.entries[0]
}

/** The totals of all interfaces together, asked for as long as they are in view. */
export function useTotalsOfAll(): void {
  const current = useCurrent()
  const isAll = current?.info.kind === 'all'
  const id = current?.info.id ?? 0
  const totals = useQuery({
    queryKey: ['totals', id],
    queryFn: ({ signal }) => api.totals(id, signal),
    refetchInterval: every(1000, id),
    enabled: isAll,
  }).data
  useEffect(() => {
    if (isAll && totals !== undefined) onTotalsOfAll(totals)
  }, [isAll, totals])
}
/** The time of the latest packet: what "now" means to everything shown of an interface. */
export const useNow = (): number | undefined => useCurrent()?.totals?.nowMs

const isMoving = (id: number): boolean => {
  const state = entryById(id)?.info.state
  return state === 'running' || state === 'starting'
}
/** How often to ask again: never of an interface at rest; `onHealed` tells when that has changed. */
export const every = (ms: number, ofInterface: number) => () => (isMoving(ofInterface) ? ms : false)

/** Asks again whatever is shown of an interface when it starts, ends or comes back. Keys begin with the name and the interface. */
export function refetchWhenHealed(client: QueryClient): () => void {
  return onHealed(async (id) => {
    const filters: QueryFilters = id === undefined ? {} : { predicate: ({ queryKey }) => queryKey[1] === id }
    // A first answer that is still on its way would stand for the one asked for here: it may tell of the time before.
    await client.cancelQueries(filters)
    await client.invalidateQueries(filters)
  })
}
export function useHealing(): void {
  const client = useQueryClient()
  useEffect(() => refetchWhenHealed(client), [client])
}
