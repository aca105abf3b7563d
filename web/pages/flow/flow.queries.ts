import { queryOptions } from '@tanstack/react-query'
import { api } from '../../lib/api.ts'
import { every } from '../../lib/current.ts'

export const flowQuery = (ofInterface: number, id: string) =>
  queryOptions({
    queryKey: ['flow', ofInterface, id],
    queryFn: ({ signal }) => api.flow(id, ofInterface, signal),
    refetchInterval: every(1000, ofInterface),
  })
