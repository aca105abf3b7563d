import { queryOptions } from '@tanstack/react-query'
import { api } from '../../lib/api.ts'
import { every } from '../../lib/current.ts'

export const flowQuery = (ofInterface: number, id: string) =>
  queryOptions({
    queryKey: ['flow', ofInterface, id],
    queryFn: ({ signal }) => api.flow(id, ofInterface, signal),
    refetchInterval: every(1000, ofInterface),
  })

/** Whether the latest packets are kept, and since when. */
export const packetsKeptQuery = (ofInterface: number) =>
  queryOptions({
    queryKey: ['packetsKept', ofInterface],
    queryFn: ({ signal }) => api.packetsKept(ofInterface, signal),
    refetchInterval: every(5000, ofInterface),
  })
