import { queryOptions } from '@tanstack/react-query'
import { api } from './api.ts'

/** What is kept of the past, and how that fares; without a store there is no past. */
export const storeQuery = queryOptions({
  queryKey: ['past', 'store'],
  queryFn: ({ signal }) => api.history(signal),
  refetchInterval: 10_000,
})

/** Where small state is kept, and how that fares. */
export const stateQuery = queryOptions({
  queryKey: ['kept', 'state'],
  queryFn: ({ signal }) => api.state(signal),
  refetchInterval: 10_000,
})
