import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { Entity } from '../../../src/lib/fields.ts'
import type { SeriesQuery } from '../../../src/lib/live.ts'
import { api } from '../../lib/api.ts'
import { every } from '../../lib/current.ts'

export const seriesQuery = (id: number, query: SeriesQuery, everyMs = 2000) =>
  queryOptions({
    queryKey: ['series', id, query],
    queryFn: ({ signal }) => api.series(id, query, signal),
    refetchInterval: every(everyMs, id),
    placeholderData: keepPreviousData,
  })

export const topQuery = <E extends Entity>(id: number, entity: E, sort: string, limit: number, everyMs = 1000) =>
  queryOptions({
    queryKey: ['top', id, entity, sort, limit],
    queryFn: ({ signal }) => api.list(entity, { interface: id, sort, order: 'desc', limit }, signal),
    refetchInterval: every(everyMs, id),
  })
