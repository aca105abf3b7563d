import { queryOptions } from '@tanstack/react-query'
import type { RuleKind } from '../../../src/lib/custom-rules.ts'
import { api } from '../../lib/api.ts'

export const customRulesQuery = (kind: RuleKind) =>
  queryOptions({ queryKey: ['custom-rules', kind], queryFn: ({ signal }) => api.customRules(kind, signal) })
