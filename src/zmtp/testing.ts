import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { parseEndpoint, type ZmtpEndpoint } from './endpoint.ts'

export function endpoint(text: string, isBound: boolean): ZmtpEndpoint {
  const parsed = parseEndpoint(text, isBound)
  if (typeof parsed === 'string') throw new Error(parsed)
  return parsed
}

/** A path for a local socket, gone after the test. */
export function localPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'zmtp-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return `ipc://${join(folder, 'socket')}`
}

/** A port of this machine that nobody listens at. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Waits until it is so; fails after ten seconds. */
export async function until(isSo: () => boolean, what: string): Promise<void> {
  for (const begin = Date.now(); !isSo(); ) {
    if (Date.now() - begin > 10_000) throw new Error(`after 10 s not yet: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** Sends raw bytes to a port, and takes what comes until the other end closes. */
export function talk(port: number, ...parts: readonly Uint8Array[]): { heard(): Buffer; closed: Promise<void>; end(): void } {
  const heard: Buffer[] = []
  const socket = connect(port, '127.0.0.1')
  socket.on('data', (bytes) => heard.push(bytes as Buffer))
  socket.on('error', () => undefined)
  for (const part of parts) socket.write(part)
  return {
    heard: () => Buffer.concat(heard),
    closed: new Promise((resolve) => socket.once('close', () => resolve())),
    end: () => socket.destroy(),
  }
}
