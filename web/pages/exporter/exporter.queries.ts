import { queryOptions } from '@tanstack/react-query'
import { api } from '../../lib/api.ts'
import { every } from '../../lib/current.ts'

export const exporterQuery = (id: number, number: string) =>
  queryOptions({
    queryKey: ['exporter', id, number],
    queryFn: ({ signal }) => api.exporter(number, id, signal),
    refetchInterval: every(1000, id),
  })
