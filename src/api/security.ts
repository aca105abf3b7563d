import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import helmet from '@fastify/helmet'
import type { FastifyInstance } from 'fastify'
import { ApiError } from './errors.ts'
import { checkOrigin, type HostCheck, hostNameOf } from './host-check.ts'

const SAFE_METHODS: readonly string[] = ['GET', 'HEAD', 'OPTIONS']
const NONCE_BYTES = 16

const nonces = new WeakMap<ServerResponse, string>()
/** What allows a style sheet that the console's own script puts into this page (CodeMirror's). */
export function nonceOf(response: ServerResponse): string {
  let nonce = nonces.get(response)
  if (nonce === undefined) nonces.set(response, (nonce = randomBytes(NONCE_BYTES).toString('base64url')))
  return nonce
}

/** Older Safari does not count the page's own WebSockets as 'self'. */
const ownWebSockets = ({ headers: { host } }: IncomingMessage) => (hostNameOf(host) === undefined ? "'self'" : `ws://${host} wss://${host}`)

/** Headers of every answer, and the checks before any route. Nothing here may break plain HTTP on a LAN address. */
export async function registerSecurity(app: FastifyInstance, hosts: HostCheck): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        styleSrc: ["'self'", (_request, response) => `'nonce-${nonceOf(response as ServerResponse)}'`],
        connectSrc: ["'self'", ownWebSockets],
        imgSrc: ["'self'", 'data:'],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    referrerPolicy: { policy: 'no-referrer' },
    xFrameOptions: { action: 'deny' },
    strictTransportSecurity: false,
    // Browsers ignore both on plain HTTP, and complain.
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
    xDownloadOptions: false,
    xXssProtection: false,
  })
  app.addHook('onRequest', async ({ raw, method, headers }) => {
    // A whole URL as the target would have another host than the header (RFC 9112 §3.2.2); only proxies are sent those.
    if (!raw.url?.startsWith('/')) throw new ApiError('bad-request', 'the target of a request begins with /')
    hosts.checkHost(headers.host)
    if (headers.upgrade !== undefined || !SAFE_METHODS.includes(method)) checkOrigin(headers.origin, headers.host)
  })
}
