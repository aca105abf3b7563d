import { queryOptions } from '@tanstack/react-query'
import { api } from '../../lib/api.ts'
import { every } from '../../lib/current.ts'

/** Changes only with the rules of users. */
export const protocolsQuery = queryOptions({
  queryKey: ['protocols'],
  queryFn: ({ signal }) => api.protocols(signal),
  staleTime: 30_000,
})

const LIVE_MS = 3000
const MOST_APPS = 1000
/** Live flows by application, those with most first. */
export const flowsNowQuery = (id: number) =>
  queryOptions({
    queryKey: ['flows-now', id],
    queryFn: async ({ signal }) =>
      (await api.list('apps', { interface: id, sort: 'activeFlows', order: 'desc', limit: MOST_APPS }, signal)).items,
    refetchInterval: every(LIVE_MS, id),
  })
