import { rm } from 'node:fs/promises'
import { DIMENSIONS, FILE_FORMATS, type FileFormat, MAX_DIMENSIONS, MEASURES } from '../lib/history.ts'
import { ApiError } from './errors.ts'
import { begun, growing } from './growing-file.ts'
import { goneSignal, range, words, wordsOf } from './history-parameters.ts'
import { Type } from './json-schema.ts'
import { Attachment, type Deps, JSON_TYPE, route } from './route.ts'

/** Each is read from all that is kept, and lies on the disk until it has been sent. */
const MAX_AT_ONCE = 3
const MAX_GROUPS = 1_000_000
const MAX_RECORDS = 1_000_000_000
const SECOND_MS = 1000
const TIMEOUT_MS = 3_600_000

const TYPES: Readonly<Record<FileFormat, string>> = {
  csv: 'text/csv; charset=utf-8',
  json: JSON_TYPE,
  jsonl: 'application/x-ndjson',
  parquet: 'application/vnd.apache.parquet',
}

export default ({ history }: Deps) => {
  let running = 0
  return route({
    method: 'GET',
    path: '/api/v1/history/export',
    summary: 'Past flows, or sums of them, as a file; sent while it is written. x-wiretop-rows says how many records it will have',
    tag: 'history',
    query: Type.Object({
      ...range(),
      of: Type.Enum(['flows', 'groups'], { default: 'flows' }),
      format: Type.Enum([...FILE_FORMATS], { default: 'csv' }),
      by: Type.Optional(words(`Of groups: up to ${MAX_DIMENSIONS} of ${DIMENSIONS.join(', ')}, with commas between`)),
      measures: Type.String({
        maxLength: 256,
        default: 'bytes',
        description: `Of groups: some of ${MEASURES.join(', ')}, with commas between`,
      }),
      step: Type.Optional(Type.Integer({ minimum: 1, description: 'Of groups: seconds of a step, where a course of time is wanted' })),
      sort: Type.String({
        maxLength: 64,
        default: 'lastSeen',
        description: 'Of flows: a field that is kept. More than 250,000 come as they are kept, by the time of their files',
      }),
      order: Type.Enum(['asc', 'desc'], { default: 'desc' }),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_RECORDS, description: 'All, when left out' })),
    }),
    reply: Type.Unsafe<never>(Type.String({ format: 'binary' })),
    timeoutMs: TIMEOUT_MS,
    isLarge: true,
    handler: async ({ from, to, of, format, by = '', measures, step, sort, order, limit, ...rest }, request) => {
      const shared = { fromMs: from, toMs: to, ...rest }
      const query =
        of === 'flows'
          ? ({ ...shared, kind: 'records', sort, descending: order === 'desc', limit: limit ?? MAX_RECORDS, offset: 0 } as const)
          : ({
              ...shared,
              kind: 'groups',
              by: wordsOf('by', by, DIMENSIONS, MAX_DIMENSIONS),
              measures: wordsOf('measures', measures || 'bytes', MEASURES, MEASURES.length),
              limit: Math.min(limit ?? MAX_GROUPS, MAX_GROUPS),
              ...(step !== undefined && { stepMs: step * SECOND_MS }),
            } as const)
      if (running >= MAX_AT_ONCE)
        throw new ApiError('busy', `${MAX_AT_ONCE} files of history are being written already; try again in a moment`)
      running++
      const ended = new AbortController()
      let path: string | undefined
      const end = () => {
        running--
        ended.abort()
        if (path !== undefined) void rm(path, { force: true })
      }
      try {
        const file = await history.file(query, format, AbortSignal.any([goneSignal(request), ended.signal]))
        path = file.path
        const parts = await begun(growing(file.path, file.done))
        const headers = file.rows === undefined ? {} : { 'x-wiretop-rows': String(file.rows) }
        return new Attachment(`wiretop-${of}-${clock(from)}.${format}`, parts, end, TYPES[format], headers)
      } catch (error) {
        end()
        throw error
      }
    },
  })
}

const clock = (ms: number) => new Date(ms).toISOString().slice(0, 16).replace(/[T:]/g, '-')
