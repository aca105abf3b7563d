import { queryOptions } from '@tanstack/react-query'
import { api } from '../../lib/api.ts'
import { every } from '../../lib/current.ts'

export const portQuery = (id: number, number: number, ifIndex: number) =>
  queryOptions({
    queryKey: ['exporterPort', id, number, ifIndex],
    queryFn: ({ signal }) => api.exporterPort(number, ifIndex, id, signal),
    refetchInterval: every(5000, id),
    retry: false,
  })

export const countersQuery = (id: number, number: number, ifIndex: number | undefined) =>
  queryOptions({
    queryKey: ['exporterCounters', id, number, ifIndex],
    queryFn: ({ signal }) => api.exporterCounters(number, ifIndex, id, signal),
    refetchInterval: every(5000, id),
    retry: false,
  })

export const exporterQuery = (id: number, number: string) =>
  queryOptions({
    queryKey: ['exporter', id, number],
    queryFn: ({ signal }) => api.exporter(number, id, signal),
    refetchInterval: every(1000, id),
  })
