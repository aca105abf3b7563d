/** For tests: a server on loopback, and requests as no well-behaved client sends them. */
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { createServer, type RunningServer, type ServerOptions } from './server.ts'
import { TestingLive } from './testing-live.ts'

export interface Testing extends RunningServer {
  readonly live: TestingLive
  readonly uploadDir: string
  uploads(): Promise<string[]>
}

export const MAX_UPLOAD_BYTES = 100_000

export async function startTesting(options: Partial<ServerOptions> = {}): Promise<Testing> {
  const live = new TestingLive()
  const uploadDir = join(await mkdtemp(join(tmpdir(), 'wiretop-api-')), 'uploads')
  const listen = { host: '127.0.0.1', port: 0 }
  const server = await createServer({
    live,
    listen,
    maxUploadBytes: MAX_UPLOAD_BYTES,
    uploadDir,
    version: '1.2.3',
    log: pino({ level: 'silent' }),
    ...options,
  })
  return {
    ...server,
    live,
    uploadDir,
    uploads: () => readdir(uploadDir).catch(() => []),
    close: async () => {
      await server.close()
      await rm(join(uploadDir, '..'), { recursive: true })
    },
  }
}

export interface ErrorAnswer {
  readonly error: {
    readonly code: string
    readonly message: string
    readonly field?: string
    readonly offset?: number
    readonly expected?: string[]
  }
}

export async function getJson<T = unknown>(
  server: RunningServer,
  path: string,
  init: RequestInit = {},
): Promise<{ status: number; body: T; headers: Headers }> {
  const response = await fetch(server.url + path, init)
  return { status: response.status, body: (await response.json()) as T, headers: response.headers }
}

/** Sends these bytes as they are and gives all that comes back until the server closes, or has been silent for a while. */
export function sendRaw(port: number, text: string, silentMs = 1000): Promise<string> {
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    const end = () => {
      socket.destroy()
      resolve(answer)
    }
    socket.setTimeout(silentMs, end)
    socket.on('data', (data) => (answer += data.toString()))
    socket.on('end', end)
    socket.on('error', end)
  })
}

export const rawGet = (path: string, headers: Readonly<Record<string, string>>): string =>
  `GET ${path} HTTP/1.1\r\n${Object.entries({ connection: 'close', ...headers })
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n`

export async function until(isSo: () => boolean | Promise<boolean>, what: string, waitMs = 5000): Promise<void> {
  for (const startMs = Date.now(); !(await isSo()); ) {
    if (Date.now() - startMs > waitMs) throw new Error(`in vain: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
