import type { FastifyRequest, RouteOptions } from 'fastify'
import { type Static, type TObject, type TSchema, Type } from 'typebox'
import { asApiError } from './errors.ts'
import type { Questioner } from './questioner.ts'
import type { ServerFacts } from './server-facts.ts'

/** What a route's file gets to build its handler with. */
export interface Deps {
  readonly questions: Questioner
  readonly server: ServerFacts
}

type None = Record<never, TSchema>
type Deep<T> = T extends readonly (infer I)[] ? readonly Deep<I>[] : T extends object ? { readonly [K in keyof T]: Deep<T[K]> } : T

export interface RouteSpec<P extends TObject = TObject, Q extends TObject = TObject, R extends TSchema = TSchema> {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly path: string
  readonly summary: string
  readonly tag: string
  readonly params?: P
  readonly query?: Q
  /** Absent: an answer without a body. */
  readonly reply?: R
  /** 200 unless said otherwise. */
  readonly status?: number
  /** The answer's media type; JSON unless said otherwise. */
  readonly type?: string
  /** The request's body, not parsed; the handler reads `request.raw`. */
  readonly body?: 'bytes'
  readonly timeoutMs?: number
  handler(ask: Static<P> & Static<Q>, request: FastifyRequest): Promise<Deep<Static<R>> | Attachment> | Deep<Static<R>>
}
export type Route = Omit<RouteSpec, 'handler'> & { handler(ask: object, request: FastifyRequest): Promise<unknown> | unknown }

/** An answer that a browser saves; the stream is read to its end. */
export class Attachment {
  readonly fileName: string
  readonly body: AsyncIterable<string>
  constructor(fileName: string, body: AsyncIterable<string>) {
    this.fileName = fileName
    this.body = body
  }
}

/** A route as data: checking of parameters, serialisation and the OpenAPI description come from its schemas. */
export const route = <R extends TSchema = TSchema, P extends TObject = TObject<None>, Q extends TObject = TObject<None>>(
  spec: RouteSpec<P, Q, R>,
): Route => spec as unknown as Route

/** What a misspelt parameter meant is not guessed: nothing but the declared ones is taken. */
const closed = (schema: TObject | undefined) => Type.Object(schema?.properties ?? {}, { additionalProperties: false })

export const HANDLER_TIMEOUT_MS = 30_000

export const routeOptions = (one: Route): RouteOptions => ({
  method: one.method,
  url: one.path,
  schema: { params: closed(one.params), querystring: closed(one.query) },
  handlerTimeout: one.timeoutMs ?? HANDLER_TIMEOUT_MS,
  handler: async (request, reply) => {
    const answer = await one.handler({ ...(request.query as object), ...(request.params as object) }, request)
    if (one.reply === undefined) return reply.code(one.status ?? 204).send()
    reply.code(one.status ?? 200)
    if (answer instanceof Attachment) return sendAttachment(reply, answer)
    if (one.type !== undefined) return reply.type(one.type).send(answer)
    return reply.type('application/json; charset=utf-8').send(JSON.stringify(answer))
  },
  errorHandler: (error, request) => {
    throw asApiError(error, request)
  },
})
