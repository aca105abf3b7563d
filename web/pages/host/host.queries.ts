import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api } from '../../lib/api.ts'
import { every } from '../../lib/current.ts'

export const hostQuery = (id: number, address: string, vlan: string | undefined) =>
  queryOptions({
    queryKey: ['host', id, address, vlan],
    queryFn: ({ signal }) => api.host(address, vlan, id, signal),
    refetchInterval: every(1000, id),
  })

/** The host is watched by the second while it is asked for. */
export const hostSeriesQuery = (id: number, address: string, vlan: number, isWatched: boolean) =>
  queryOptions({
    queryKey: ['host-series', id, address, vlan],
    queryFn: ({ signal }) => api.hostSeries(address, vlan, id, signal),
    refetchInterval: every(1000, id),
    enabled: isWatched,
    retry: false,
  })

/** A minute is told apart after a few seconds. */
const ACTIVITY_MS = 10_000
export const activityQuery = (id: number, address: string, vlan: number, fromMs: number, toMs: number, step: 'minute' | 'second') =>
  queryOptions({
    queryKey: ['activity', id, address, vlan, step, fromMs],
    queryFn: ({ signal }) => api.activity(address, { interface: id, vlan, from: fromMs, to: toMs, step }, signal),
    refetchInterval: every(ACTIVITY_MS, id),
    placeholderData: keepPreviousData,
    retry: false,
  })
