import { queryOptions } from '@tanstack/react-query'
import { api } from '../../lib/api.ts'
import { every } from '../../lib/current.ts'

export const interfaceQuery = (id: number) =>
  queryOptions({
    queryKey: ['interface', id],
    queryFn: ({ signal }) => api.interface(id, signal),
    refetchInterval: every(2000, id),
  })
