import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { Entity } from '../../../src/lib/fields.ts'
import { api, type ListAsk } from '../../lib/api.ts'
import { every } from '../../lib/current.ts'
import { entityRefreshMs } from './refresh.ts'

export const PAGE = 200
const EXPORT_PAGE = 1000
export const MAX_EXPORT = 200_000

export interface ListKey {
  readonly filter: string
  readonly sort: string
  readonly order: string
}

export const listQuery = (entity: Entity, id: number, { filter, sort, order }: ListKey) =>
  infiniteQueryOptions({
    queryKey: ['list', id, entity, filter, sort, order],
    queryFn: ({ signal, pageParam }) => api.list(entity, { interface: id, filter, sort, order, limit: PAGE, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ cursor }) => cursor,
    refetchInterval: ({ state }) => every(entityRefreshMs(state.data?.pages.length ?? 1), id)(),
    placeholderData: keepPreviousData,
  })

const FACET_MS = 5000
const FACET_VALUES = 5
export const facetsQuery = (entity: Entity, id: number, fields: readonly string[], filter: string) =>
  queryOptions({
    queryKey: ['facets', id, entity, fields, filter],
    queryFn: ({ signal }) => api.facets(id, entity, fields, filter, FACET_VALUES, signal),
    refetchInterval: every(FACET_MS, id),
    placeholderData: keepPreviousData,
    enabled: fields.length > 0,
  })

/** All rows that the filter lets through, page by page, to a bound. */
export async function fetchAll(
  entity: Entity,
  ask: Omit<ListAsk, 'limit' | 'cursor'>,
  signal: AbortSignal,
  onProgress: (fetched: number, total: number) => void,
): Promise<{ rows: Readonly<Record<string, unknown>>[]; cut: boolean }> {
  const rows: Readonly<Record<string, unknown>>[] = []
  let cursor: string | undefined
  do {
    const answer = await api.list(entity, { ...ask, limit: EXPORT_PAGE, cursor }, signal)
    rows.push(...answer.items)
    cursor = answer.cursor
    onProgress(rows.length, answer.matching)
  } while (cursor !== undefined && rows.length < MAX_EXPORT)
  return { rows, cut: cursor !== undefined }
}
