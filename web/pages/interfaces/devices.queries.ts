import { queryOptions } from '@tanstack/react-query'
import { api } from '../../lib/api.ts'

/** Cables are plugged and interfaces come and go. */
const EVERY_MS = 3000

export const devicesQuery = queryOptions({
  queryKey: ['devices'],
  queryFn: ({ signal }) => api.devices(signal),
  refetchInterval: EVERY_MS,
})
