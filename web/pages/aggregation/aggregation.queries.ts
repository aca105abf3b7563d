import { queryOptions } from '@tanstack/react-query'
import { api } from '../../lib/api.ts'
import { every } from '../../lib/current.ts'

const REFRESH_MS = 3000
export const aggregationQuery = (id: number, of: { kind: string; protocol: string; name: string }) =>
  queryOptions({
    queryKey: ['aggregation', id, of.kind, of.protocol, of.name],
    queryFn: ({ signal }) => api.aggregation(id, of, signal),
    refetchInterval: every(REFRESH_MS, id),
    retry: false,
  })
