import type { Socket as TcpSocket } from 'node:net'
import compress from '@fastify/compress'
import websocket from '@fastify/websocket'
import Fastify, { type FastifyBaseLogger, type FastifyError, type FastifyInstance, type FastifyReply, LogController } from 'fastify'
import { Instances } from '../instances/instances.ts'
import type { FlowHistory } from '../lib/history.ts'
import type { ResolverStats, ShownHost } from '../lib/host-naming.ts'
import type { StateStats } from '../lib/key-value.ts'
import { ALL_INTERFACES, type Live } from '../lib/live.ts'
import type { SavedQueries } from '../lib/saved-queries.ts'
import type { SeriesHistory } from '../lib/series-points.ts'
import { RecordingStore } from '../recording/recording-store.ts'
import { CustomNames } from '../state/custom-names.ts'
import { KeptQueries } from '../state/kept-queries.ts'
import { MemoryStore } from '../state/memory-store.ts'
import { registerConsole } from './console-files.ts'
import { ApiError, asApiError, errorBody, STATUS_OF } from './errors.ts'
import { HistoryQuestions } from './history-questions.ts'
import { HostCheck } from './host-check.ts'
import { routeFiles } from './index.gen.ts'
import { lateValidators } from './late-validators.ts'
import { LiveSockets, MAX_LIVE_CLIENTS, MAX_MESSAGE_BYTES } from './live-socket.ts'
import { Questioner } from './questioner.ts'
import { type Deps, JSON_TYPE, type Route, routeOptions } from './route.ts'
import { registerSecurity } from './security.ts'
import { SeriesQuestions } from './series-questions.ts'

export interface ServerOptions {
  readonly live: Live
  /** What users say of applications and categories; nothing yet, and kept nowhere, unless given. */
  readonly customNames?: CustomNames
  /** Other wiretops that the console shows; none yet, and kept nowhere, unless given. Whoever gives them ends them. */
  readonly instances?: Instances
  /** Flows of the past; none are kept unless given. */
  readonly history?: FlowHistory
  readonly series?: SeriesHistory
  /** Views of the past that have a name; none yet, and kept nowhere, unless given. */
  readonly savedQueries?: SavedQueries
  /** Where small state is kept; nowhere unless given. */
  readonly state?: { stats(): StateStats }
  /** Who looks up names of hosts; nobody unless given. */
  readonly resolver?: { shown(hosts: readonly ShownHost[]): void; stats(): ResolverStats }
  /** Folder of the built console. */
  readonly webRoot?: string
  readonly listen: { readonly host: string; readonly port: number }
  /** Host names by which the server may be called, beside its addresses: behind a proxy, or by DNS. */
  readonly allowedHosts?: readonly string[]
  readonly maxUploadBytes: number
  readonly uploadDir: string
  /** Errors go to standard error, a JSON line each, unless given. */
  readonly log?: FastifyBaseLogger
  readonly version: string
}

export interface RunningServer {
  readonly url: string
  readonly port: number
  close(): Promise<void>
}

/** A filter of 8192 characters, each written as %XX, and the rest of the head beside it. */
const MAX_HEADER_BYTES = 65_536
const MAX_HEADERS = 100
const HEADERS_MS = 10_000
/** A connection on which nothing moves. */
const IDLE_MS = 75_000
/** A whole request, an upload included. */
const REQUEST_MS = 3_600_000
const MAX_CONNECTIONS = 2048
/** Routes with a body read it themselves and count its bytes. */
const MAX_BODY_BYTES = 1024
const MAX_PATH_PARAMETER_LEN = 256

/** Listens, and resolves when clients are answered. Rejects when the address cannot be had. */
export async function createServer(options: ServerOptions): Promise<RunningServer> {
  const app = await buildServer(options)
  const { host, port } = options.listen
  await app.listen({ host, port })
  const address = app.server.address()
  const bound = address !== null && typeof address === 'object' ? address.port : port
  const shown = host === '0.0.0.0' || host === '::' || host === '' ? 'localhost' : host.includes(':') ? `[${host}]` : host
  return { url: `http://${shown}:${bound}`, port: bound, close: () => app.close() }
}

export async function buildServer(options: ServerOptions): Promise<FastifyInstance> {
  const app = Fastify({
    ...(options.log ? { loggerInstance: options.log } : { logger: { level: 'error', stream: process.stderr } }),
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: true,
    connectionTimeout: IDLE_MS,
    keepAliveTimeout: IDLE_MS,
    requestTimeout: REQUEST_MS,
    bodyLimit: MAX_BODY_BYTES,
    http: { maxHeaderSize: MAX_HEADER_BYTES, headersTimeout: HEADERS_MS },
    routerOptions: { maxParamLength: MAX_PATH_PARAMETER_LEN },
    ajv: { customOptions: { removeAdditional: false, coerceTypes: true, strictTypes: false } },
    schemaController: { compilersFactory: { buildValidator: lateValidators, buildSerializer: () => () => JSON.stringify } },
    frameworkErrors: (error, _request, reply) => sendError(reply as unknown as FastifyReply, error),
    clientErrorHandler: answerBrokenRequest,
  }) as unknown as FastifyInstance
  app.server.maxHeadersCount = MAX_HEADERS
  app.server.maxConnections = MAX_CONNECTIONS

  const sockets = new LiveSockets(options.live)
  const answers = new Float64Array(6)
  const routes: Route[] = []
  app.setErrorHandler((error, _request, reply) => sendError(reply, error))
  app.addHook('onResponse', async (_request, reply) => {
    answers[Math.floor(reply.statusCode / 100)]! += 1
  })
  // First, because it ends the connection of an upgrade that a later hook refuses.
  await registerWebSockets(app, sockets)
  await registerSecurity(app, new HostCheck(options.listen.host, options.allowedHosts ?? []))
  await app.register(compress, { encodings: ['br', 'gzip'], globalDecompression: false })
  routeLive(app, sockets)

  const { version, uploadDir, maxUploadBytes } = options
  const server = { version, uploadDir, maxUploadBytes, startedMs: Date.now(), answers, routes, liveClients: () => sockets.size }
  const recordings = new RecordingStore(uploadDir)
  app.addHook('onClose', () => recordings.close())
  const customNames = options.customNames ?? new CustomNames({ categories: [] })
  const instances = options.instances ?? ownInstances(app)
  const { resolver } = options
  const deps: Deps = {
    questions: new Questioner(options.live, resolver && ((hosts) => resolver.shown(hosts))),
    recordings,
    customNames,
    instances,
    history: new HistoryQuestions(options.history, options.live),
    series: new SeriesQuestions(options.series, options.live),
    savedQueries: options.savedQueries ?? new KeptQueries(new MemoryStore()),
    state: options.state,
    resolver,
    server,
  }
  routes.push(...routeFiles.flatMap((file) => file(deps)))
  await app.register(async (api) => {
    // Bodies are not parsed: a route that has one reads it as it comes.
    api.removeAllContentTypeParsers()
    api.addContentTypeParser('*', (_request, _payload, done) => done(null))
    api.addHook('onSend', async (_request, reply) => {
      if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
    })
    api.addHook('preValidation', async ({ query, params }) => {
      nameAll(query as Words, 'interface')
      nameAll(params as Words, 'id')
    })
    for (const one of routes) api.route(routeOptions(one))
  })
  await registerConsole(app, options.webRoot)
  await app.ready()
  return app
}

type Words = Record<string, unknown>
/** `all` stands for the id of all interfaces together. */
function nameAll(parameters: Words, name: string): void {
  if (parameters[name] === 'all') parameters[name] = String(ALL_INTERFACES)
}

function ownInstances(app: FastifyInstance): Instances {
  const instances = new Instances()
  app.addHook('onClose', async () => instances.close())
  return instances
}

async function registerWebSockets(app: FastifyInstance, sockets: LiveSockets): Promise<void> {
  await app.register(websocket, {
    options: { maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false },
    preClose: (done) => {
      sockets.close()
      app.websocketServer.close(() => done())
    },
  })
}

function routeLive(app: FastifyInstance, sockets: LiveSockets): void {
  app.route({
    method: 'GET',
    url: '/api/v1/live',
    onRequest: async ({ ws }) => {
      if (ws && sockets.isFull) throw new ApiError('busy', `${MAX_LIVE_CLIENTS} consoles are connected already`)
    },
    handler: () => {
      throw new ApiError('upgrade-required', 'this is a WebSocket')
    },
    wsHandler: (socket) => sockets.add(socket),
  })
}

function sendError(reply: FastifyReply, error: unknown): FastifyReply {
  const known = asApiError(error, reply.request)
  if (known.code === 'internal') reply.log.error({ err: error as FastifyError, path: reply.request.url.slice(0, 200) }, 'a request failed')
  if (known.code === 'busy' || known.code === 'not-ready') reply.header('retry-after', '1')
  if (known.code === 'upgrade-required') reply.header('upgrade', 'websocket')
  return reply
    .code(STATUS_OF[known.code])
    .headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
    .type(JSON_TYPE)
    .send(JSON.stringify(errorBody(known)))
}

/** A request that could not be read as HTTP has no reply object. */
function answerBrokenRequest(error: Error & { code?: string }, socket: TcpSocket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return
  const isLong = error.code === 'HPE_HEADER_OVERFLOW'
  const text = isLong ? `the address and the headers may have ${MAX_HEADER_BYTES} bytes at most` : 'this is not a request that can be read'
  const known = new ApiError(isLong ? 'headers-too-large' : 'bad-request', text)
  const body = JSON.stringify(errorBody(known))
  const head = `HTTP/1.1 ${STATUS_OF[known.code]} ${isLong ? 'Request Header Fields Too Large' : 'Bad Request'}`
  socket.end(
    `${head}\r\nConnection: close\r\nX-Content-Type-Options: nosniff\r\nContent-Type: ${JSON_TYPE}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
}
