import { queryOptions } from '@tanstack/react-query'
import { api } from '../../lib/api.ts'

/** They are asked as often while somebody looks. */
const EVERY_MS = 2000

export const instancesQuery = queryOptions({
  queryKey: ['instances'],
  queryFn: ({ signal }) => api.instances(signal),
  refetchInterval: EVERY_MS,
})
