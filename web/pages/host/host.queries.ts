import { queryOptions } from '@tanstack/react-query'
import { api } from '../../lib/api.ts'
import { every } from '../../lib/current.ts'

export const hostQuery = (id: number, address: string, vlan: string | undefined) =>
  queryOptions({
    queryKey: ['host', id, address, vlan],
    queryFn: ({ signal }) => api.host(address, vlan, id, signal),
    refetchInterval: every(1000, id),
  })
