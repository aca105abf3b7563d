import { queryOptions } from '@tanstack/react-query'
import type { Entity } from '../../../src/lib/fields.ts'
import { api } from '../../lib/api.ts'
import { every } from '../../lib/current.ts'

export const topQuery = <E extends Entity>(id: number, entity: E, sort: string, limit: number, everyMs = 1000) =>
  queryOptions({
    queryKey: ['top', id, entity, sort, limit],
    queryFn: ({ signal }) => api.list(entity, { interface: id, sort, order: 'desc', limit }, signal),
    refetchInterval: every(everyMs, id),
  })
