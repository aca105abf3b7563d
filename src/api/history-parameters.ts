/** Parameters that questions of history share. */
import type { FastifyRequest } from 'fastify'
import { ApiError } from './errors.ts'
import { type TUnsafe, Type } from './json-schema.ts'
import { quoted } from './parameters.ts'
import { filter, interfaceId } from './query-parameters.ts'

/** Flows whose last packet of the record was in [from, to). */
export const range = () => ({
  from: Type.Integer({ minimum: 0, description: 'Epoch milliseconds' }),
  to: Type.Integer({ minimum: 0, description: 'Epoch milliseconds; not part of the range' }),
  interface: interfaceId(),
  filter: filter(),
})

export const words = (description: string) => Type.String({ maxLength: 256, description })

/** Words with commas between, each one of `known`. */
export function wordsOf<T extends string>(field: string, text: string, known: readonly T[], max: number): T[] {
  const found = text.split(',').filter((word) => word !== '')
  const strange = found.find((word) => !(known as readonly string[]).includes(word))
  if (strange !== undefined)
    throw new ApiError('bad-parameter', `${field}: there is no ${quoted(strange)}; those are ${known.join(', ')}`, {
      field,
      expected: known,
    })
  if (found.length > max) throw new ApiError('bad-parameter', `${field}: at most ${max} of them`, { field })
  return [...new Set(found)] as T[]
}

/** Aborts when the client has gone. */
export function goneSignal(request: FastifyRequest): AbortSignal {
  const gone = new AbortController()
  request.raw.once('close', () => gone.abort())
  return gone.signal
}

export const ASK_TIMEOUT_MS = 120_000

export const cell = (): TUnsafe<string | number | boolean | null | Readonly<Record<string, string>>> =>
  Type.Unsafe(Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null(), Type.Record(Type.String(), Type.String())]))
