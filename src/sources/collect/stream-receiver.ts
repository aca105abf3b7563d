import { readFileSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { createSecureContext, createServer as createTlsServer } from 'node:tls'
import { SourceError } from '../../lib/source.ts'
import { IpfixStream } from '../netflow/ipfix-stream.ts'
import { NetflowDecoder } from '../netflow/netflow-decoder.ts'
import { AllowList } from './allow-list.ts'
import type { CollectorUrl } from './collector-url.ts'
import type { CollectorParts } from './decoder.ts'
import { bindFault, plainAddress } from './endpoint-address.ts'
import type { Receiver, ReceiverEvents } from './receiver.ts'

/** Exporters that are connected at once. */
const MAX_CONNECTIONS = 1000
const KEEP_ALIVE_MS = 30_000

/** IPFIX over TCP or TLS (RFC 7011 §10.4). */
export class StreamReceiver implements Receiver {
  readonly dropped = 0
  readonly bufferBytes = 0
  refused = 0
  private readonly url: CollectorUrl
  private readonly decoder: NetflowDecoder
  private readonly events: ReceiverEvents
  private readonly allowed: AllowList
  private readonly streams = new Map<Socket, IpfixStream>()
  private readonly server: Server

  private constructor(url: CollectorUrl, parts: CollectorParts, events: ReceiverEvents) {
    this.url = url
    this.decoder = new NetflowDecoder(parts, { isByConnection: true })
    this.events = events
    this.allowed = new AllowList(url.allow)
    this.server = this.newServer()
    this.server.maxConnections = MAX_CONNECTIONS
    this.server.on('drop', () => this.refused++)
  }

  static async open(url: CollectorUrl, parts: CollectorParts, events: ReceiverEvents): Promise<Receiver> {
    const receiver = new StreamReceiver(url, parts, events)
    await receiver.listen()
    return receiver
  }

  private newServer(): Server {
    const { certificateFile, keyFile, transport } = this.url
    if (transport !== 'tls') return createServer((socket) => this.accept(socket))
    const server = createTlsServer(certificateOf(certificateFile!, keyFile!), (socket) => this.accept(socket))
    // Who does not speak TLS is none of ours.
    return server.on('tlsClientError', () => this.refused++)
  }

  private listen(): Promise<void> {
    const { host, port } = this.url
    return new Promise((resolve, reject) => {
      this.server.once('error', (error) => reject(new SourceError(`TCP ${host}:${port}: ${bindFault(error)}`)))
      this.server.listen(port, host, () => {
        this.server.removeAllListeners('error').on('error', () => undefined)
        resolve()
      })
    })
  }

  private accept(socket: Socket): void {
    const from = plainAddress(socket.remoteAddress ?? '')
    socket.on('error', () => undefined)
    // Who is gone without a word would keep its place.
    socket.setKeepAlive(true, KEEP_ALIVE_MS)
    if (!this.allowed.has(from)) {
      this.refused++
      socket.destroy()
      return
    }
    const stream = new IpfixStream(this.decoder, from, socket.remotePort ?? 0)
    this.streams.set(socket, stream)
    socket.on('close', () => {
      this.streams.delete(socket)
      stream.end()
    })
    socket.on('data', (bytes: Uint8Array) => {
      const isSound = stream.take(bytes, Date.now())
      this.events.received(bytes.length)
      this.events.handOn()
      // Where a message ends is not known any more.
      if (!isSound) socket.destroy()
    })
  }

  get address(): string {
    const { host, port, transport } = this.url
    return `${transport} ${host.includes(':') ? `[${host}]` : host}:${port}`
  }
  tick(nowMs: number): void {
    this.decoder.tick(nowMs)
  }
  async close(): Promise<void> {
    for (const socket of this.streams.keys()) socket.destroy()
    await new Promise<void>((resolve) => this.server.close(() => resolve()))
  }
}

function fileOf(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    throw new SourceError(`${path}: cannot be read (${(error as NodeJS.ErrnoException).code}): give a file in PEM format`)
  }
}

/** Both as they are good for a server; else a SourceError of one line. */
function certificateOf(certFile: string, keyFile: string): { cert: Buffer; key: Buffer } {
  const [cert, key] = [fileOf(certFile), fileOf(keyFile)]
  try {
    createSecureContext({ cert })
  } catch {
    throw new SourceError(`${certFile}: holds no certificate: give a file in PEM format`)
  }
  try {
    createSecureContext({ cert, key })
  } catch (error) {
    const isOfOther = (error as { code?: string }).code === 'ERR_OSSL_X509_KEY_VALUES_MISMATCH'
    throw new SourceError(
      isOfOther
        ? `${keyFile}: is not the key of ${certFile}: give the one that the certificate was made with`
        : `${keyFile}: holds no key: give a file in PEM format, without a passphrase`,
    )
  }
  return { cert, key }
}
