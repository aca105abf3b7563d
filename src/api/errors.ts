import type { FastifyError, FastifyRequest } from 'fastify'
import { BadQuestion } from '../lib/live.ts'
import { describeFault } from './parameters.ts'

/** Every code that a client can meet, and the HTTP status that goes with it. */
export const STATUS_OF = {
  'bad-request': 400,
  'bad-parameter': 400,
  'bad-filter': 400,
  'wrong-origin': 403,
  'cannot-capture': 403,
  'not-found': 404,
  'no-history': 404,
  'bad-question': 400,
  'not-removable': 409,
  'not-live': 409,
  'captured-already': 409,
  'interface-disabled': 409,
  'not-writable': 409,
  'too-many': 409,
  'too-large': 413,
  'not-a-capture': 415,
  'wrong-host': 421,
  'upgrade-required': 426,
  'headers-too-large': 431,
  internal: 500,
  'interface-failed': 503,
  'not-ready': 503,
  busy: 503,
  'no-space': 507,
} as const
export type ErrorCode = keyof typeof STATUS_OF

export interface ErrorPlace {
  /** The parameter that is meant. */
  readonly field?: string | undefined
  /** Where in its text. */
  readonly offset?: number | undefined
  /** What could stand there. */
  readonly expected?: readonly string[] | undefined
}

export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly code: ErrorCode
  readonly place: ErrorPlace
  constructor(code: ErrorCode, message: string, place: ErrorPlace = {}) {
    super(message)
    this.code = code
    this.place = place
  }
}

/** The one shape in which an error leaves the server. */
export function errorBody({ code, message, place: { field, offset, expected } }: ApiError): { error: object } {
  return {
    error: {
      code,
      message,
      ...(field !== undefined && { field }),
      ...(offset !== undefined && { offset }),
      ...(expected !== undefined && expected.length > 0 && { expected }),
    },
  }
}

/** An error thrown in another thread has lost its class. */
const isBadQuestion = (error: unknown): error is BadQuestion =>
  error instanceof BadQuestion || (error instanceof Error && error.name === 'BadQuestion' && 'field' in error)

/** Codes of Fastify's own errors (its Reference/Errors.md) that are the client's doing. */
const FRAMEWORK: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_BAD_URL: 'bad-request',
  FST_ERR_CTP_BODY_TOO_LARGE: 'too-large',
  FST_ERR_HANDLER_TIMEOUT: 'busy',
}

/** Texts of Fastify's errors repeat what the client sent. */
const MAX_FOREIGN_TEXT = 150

/** What a client is told of anything that was thrown: never a stack, nor the text of an error that nobody meant for it. */
export function asApiError(error: unknown, request?: FastifyRequest): ApiError {
  if (error instanceof ApiError) return error
  if (isBadQuestion(error)) {
    const { field, offset, expected } = error
    return new ApiError(field === 'filter' ? 'bad-filter' : 'bad-parameter', error.message, { field, offset, expected })
  }
  const { validation, code = '', statusCode = 500 } = error as Partial<FastifyError>
  if (validation?.[0] && request) {
    const { field, message, expected } = describeFault(validation[0], (error as FastifyError).validationContext ?? '', request)
    return new ApiError('bad-parameter', message, { field, expected })
  }
  const known = FRAMEWORK[code]
  if (known === 'busy') return new ApiError('busy', 'the answer took too long; try again, or ask for less')
  if (known !== undefined || (statusCode >= 400 && statusCode < 500))
    return new ApiError(known ?? 'bad-request', (error as Error).message.slice(0, MAX_FOREIGN_TEXT))
  return new ApiError('internal', 'the server could not answer this; its log says why')
}
