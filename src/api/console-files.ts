import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ApiError } from './errors.ts'
import { quoted } from './parameters.ts'
import { nonceOf } from './security.ts'

/** Files whose names carry a hash of what is in them. */
const HASHED = /\/assets\/[^/]+-[\w-]{8,}\.\w+(?:\.(?:br|gz))?$/
const FOR_EVER = 'public, max-age=31536000, immutable'
/** Kept by the browser, but asked for each time. */
const ASK_FIRST = 'no-cache'
const NONCE_PLACE = '__CSP_NONCE__'

/** The console's files, and its page for every address that is a view of it. */
export async function registerConsole(app: FastifyInstance, webRoot: string | undefined): Promise<void> {
  if (webRoot !== undefined)
    await app.register(fastifyStatic, {
      root: webRoot,
      index: false,
      dotfiles: 'ignore',
      cacheControl: false,
      preCompressed: true,
      setHeaders: (reply, path) => {
        reply.header('cache-control', HASHED.test(path) ? FOR_EVER : ASK_FIRST)
      },
    })
  app.get('/', (_request, reply) => sendPage(reply, webRoot))
  app.get('/index.html', (_request, reply) => sendPage(reply, webRoot))
  app.setNotFoundHandler((request, reply) => {
    if (isView(request)) return sendPage(reply, webRoot)
    throw new ApiError('not-found', `nothing answers ${request.method} ${quoted(request.url.split('?')[0]!)} here`)
  })
}

/** A browser that opens an address of the console; a script that asks for a missing file does not accept a page. */
const isView = ({ method, url, headers }: FastifyRequest) =>
  (method === 'GET' || method === 'HEAD') && !/^\/(?:api|assets)(?:[/?]|$)/.test(url) && (headers.accept ?? '').includes('text/html')

async function sendPage(reply: FastifyReply, webRoot: string | undefined): Promise<FastifyReply> {
  const page = webRoot === undefined ? undefined : await readFile(join(webRoot, 'index.html'), 'utf8').catch(() => undefined)
  reply.header('cache-control', ASK_FIRST)
  if (page === undefined) return reply.code(404).type('text/plain; charset=utf-8').send(NOT_BUILT)
  return reply
    .code(200)
    .type('text/html; charset=utf-8')
    .send(page.replaceAll(NONCE_PLACE, nonceOf(reply.raw)))
}
const NOT_BUILT = 'The console is not there: build it with `npm run build`. The data is at /api/v1 (/api/v1/openapi.json).\n'
