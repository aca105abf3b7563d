/** For tests: something that answers as another wiretop does, or as it should not. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type Answer = (request: IncomingMessage, response: ServerResponse) => void

export interface Remote {
  readonly url: string
  readonly port: number
  /** Each request so far. */
  readonly asked: { readonly path: string; readonly token: string | undefined; readonly port: number }[]
  /** Connections so far. */
  connections(): number
  answer: Answer
  close(): Promise<void>
}

export const TOTALS = { bps: 1000, pps: 10, flows: 3, hosts: 4, packets: 500, dropped: 2 }
export const oneInterface = (over: object = {}) => ({
  id: 0,
  name: 'eth0',
  kind: 'live',
  state: 'running',
  progress: {},
  totals: TOTALS,
  ...over,
})

export const json =
  (value: unknown, status = 200): Answer =>
  (_request, response) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))

/** A wiretop with these interfaces, and a token where one is given. */
export const wiretop =
  (interfaces: readonly object[] = [oneInterface()], token?: string): Answer =>
  (request, response) => {
    if (request.url === '/healthz') return json({ status: 'ok', version: '1.2.3', uptimeSeconds: 5 })(request, response)
    if (token !== undefined && request.headers.authorization !== `Bearer ${token}`)
      return json({ error: { code: 'unauthorized', message: 'say who you are' } }, 401)(request, response)
    return json({ interfaces })(request, response)
  }

export interface Certificate {
  readonly key: Buffer
  readonly cert: Buffer
}

export const hasOpenssl = (() => {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()

/** Signed by itself, for 127.0.0.1. */
export function selfSigned(name = 'probe.example'): Certificate {
  const folder = mkdtempSync(join(tmpdir(), 'wiretop-tls-'))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1']
  const subject = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1']
  execFileSync('openssl', ['req', '-x509', ...curve, '-nodes', '-days', '2', '-keyout', key, '-out', cert, ...subject], { stdio: 'ignore' })
  const made = { key: readFileSync(key), cert: readFileSync(cert) }
  rmSync(folder, { recursive: true })
  return made
}

export async function startRemote(
  answer: Answer = wiretop(),
  { port = 0, tls }: { port?: number; tls?: Certificate } = {},
): Promise<Remote> {
  const asked: Remote['asked'] = []
  let connections = 0
  const handle = (request: IncomingMessage, response: ServerResponse) => {
    asked.push({ path: request.url!, token: request.headers.authorization, port: request.socket.remotePort! })
    remote.answer(request, response)
  }
  const server: Server = tls ? createTlsServer({ ...tls }, handle) : createServer(handle)
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    connections++
    sockets.add(socket.once('close', () => sockets.delete(socket)))
    socket.on('error', () => undefined)
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const bound = (server.address() as AddressInfo).port
  const remote: Remote = {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${bound}`,
    port: bound,
    asked,
    connections: () => connections,
    answer,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
  return remote
}

export async function until<T>(what: string, look: () => T | undefined | false, withinMs = 8000): Promise<T> {
  for (const untilMs = Date.now() + withinMs; Date.now() < untilMs; ) {
    const found = look()
    if (found !== undefined && found !== false) return found
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error(`in vain: ${what}`)
}
