import { lstatSync, unlinkSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import type { CurveOptions } from './curve.ts'
import type { ZmtpEndpoint } from './endpoint.ts'
import { type Mechanism, NullMechanism, type SocketType } from './mechanism.ts'
import { type PeerEvents, ZmtpPeer } from './peer.ts'

export interface ZmtpOptions {
  readonly curve?: CurveOptions | undefined
  /** How often a silent peer is asked whether it is there; 0: never. */
  readonly heartbeatMs?: number | undefined
  /** What went wrong at an endpoint, in few words. */
  fault?(endpoint: string, why: string): void
}

const HEARTBEAT_MS = 10_000
const FIRST_RETRY_MS = 100
const LAST_RETRY_MS = 2000
const MAX_PEERS = 1000
const KEEP_ALIVE_MS = 30_000

/** What is kept of one endpoint while its connections come and go. */
interface Link {
  readonly endpoint: ZmtpEndpoint
  retryMs: number
  retry: NodeJS.Timeout | undefined
  server: Server | undefined
}

/** A socket of ZeroMQ: any number of endpoints, each bound or connected, and the peers behind them. What is lost is opened again, after 0.1 to 2 seconds. */
export abstract class ZmtpSocket {
  protected readonly peers = new Set<ZmtpPeer>()
  private readonly type: SocketType
  private readonly links: readonly Link[]
  private readonly options: ZmtpOptions
  private newMechanism: () => Mechanism
  private isClosed = false

  constructor(type: SocketType, endpoints: readonly ZmtpEndpoint[], options: ZmtpOptions) {
    this.type = type
    this.options = options
    this.links = endpoints.map((endpoint) => ({ endpoint, retryMs: FIRST_RETRY_MS, retry: undefined, server: undefined }))
    this.newMechanism = () => new NullMechanism(type)
  }

  /** Resolves when all is bound that is to be bound; rejects with an error of few words when one cannot be, and goes on trying all the same. */
  async open(): Promise<void> {
    const { curve } = this.options
    if (curve !== undefined) {
      const { curveMechanism } = await import('./curve.ts')
      this.newMechanism = () => curveMechanism(this.type, curve)
    }
    if (this.isClosed) return
    const bound = this.links.filter(({ endpoint }) => endpoint.isBound).map((link) => this.bind(link))
    for (const link of this.links) if (!link.endpoint.isBound) this.dial(link)
    await Promise.all(bound)
  }

  async close(): Promise<void> {
    this.isClosed = true
    for (const { retry } of this.links) clearTimeout(retry)
    for (const peer of this.peers) peer.end(undefined)
    await Promise.all(this.links.map(({ server }) => server && new Promise<void>((resolve) => server.close(() => resolve()))))
  }

  /** Peers with which messages are exchanged. */
  get connected(): number {
    let ready = 0
    for (const peer of this.peers) if (peer.isReady) ready++
    return ready
  }

  /** Where it is bound, with the ports that the system gave. */
  get boundTo(): readonly string[] {
    return this.links.flatMap(({ endpoint, server }) => {
      const address = server?.address()
      if (address == null) return []
      if (typeof address === 'string') return [endpoint.text]
      return [`tcp://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`]
    })
  }

  /** What becomes of a peer's messages; `from` names who sends them. */
  protected abstract eventsOf(from: string): Omit<PeerEvents, 'gone'>
  protected gone(_peer: ZmtpPeer): void {}

  private fault({ text }: ZmtpEndpoint, why: string): void {
    this.options.fault?.(text, why)
  }

  private dial(link: Link): void {
    const { endpoint } = link
    const { path, host, port } = endpoint
    const socket = connect(path === undefined ? { host: host!, port: port!, noDelay: true } : { path })
    this.begin(link, socket, endpoint.text, () => this.again(link, () => this.dial(link)))
  }

  private again(link: Link, attempt: () => void): void {
    if (this.isClosed) return
    link.retry = setTimeout(attempt, link.retryMs)
    link.retryMs = Math.min(2 * link.retryMs, LAST_RETRY_MS)
  }

  private begin(link: Link, socket: Socket, from: string, over: () => void): void {
    socket.setKeepAlive(true, KEEP_ALIVE_MS)
    const events = this.eventsOf(from)
    const { heartbeatMs = HEARTBEAT_MS } = this.options
    const peer = new ZmtpPeer(
      socket,
      { type: this.type, mechanism: this.newMechanism(), heartbeatMs },
      {
        ...events,
        ready: (ready) => {
          link.retryMs = FIRST_RETRY_MS
          events.ready(ready)
        },
        gone: (left, why) => {
          this.peers.delete(left)
          this.gone(left)
          if (why !== undefined && !this.isClosed) this.fault(link.endpoint, why)
          over()
        },
      },
    )
    this.peers.add(peer)
  }

  private async bind(link: Link): Promise<void> {
    try {
      await this.listen(link)
      link.retryMs = FIRST_RETRY_MS
    } catch (error) {
      const why = bindFault(error as Error)
      this.fault(link.endpoint, why)
      this.again(link, () => void this.bind(link).catch(() => undefined))
      throw new Error(`${link.endpoint.text}: ${why}`)
    }
  }

  private async listen(link: Link): Promise<void> {
    const { path, host, port } = link.endpoint
    if (path !== undefined && !path.startsWith('\0')) await removeLeftOver(path)
    const server = createServer({ noDelay: true }, (socket) => {
      if (this.peers.size >= MAX_PEERS) {
        socket.destroy()
        this.fault(link.endpoint, 'too many peers')
      } else this.begin(link, socket, senderOf(link.endpoint, socket), () => undefined)
    })
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      const listening = () => {
        server.removeListener('error', reject)
        server.on('error', (error) => this.fault(link.endpoint, error.message))
        resolve()
      }
      if (path !== undefined) server.listen(path, listening)
      else if (host === '*') server.listen(port, listening)
      else server.listen(port, host, listening)
    })
    if (this.isClosed) server.close()
    else link.server = server
  }
}

const MAPPED = '::ffff:'
/** Who sends over a connection that came in: its port changes with each connection. */
function senderOf(endpoint: ZmtpEndpoint, { remoteAddress }: Socket): string {
  if (endpoint.path !== undefined || remoteAddress === undefined) return endpoint.text
  return `tcp://${remoteAddress.startsWith(MAPPED) ? remoteAddress.slice(MAPPED.length) : remoteAddress}`
}

/** The file of a socket that nobody listens at any more. */
async function removeLeftOver(path: string): Promise<void> {
  if (!lstatSync(path, { throwIfNoEntry: false })?.isSocket()) return
  const isAlive = await new Promise<boolean>((resolve) => {
    const socket = connect({ path })
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
    socket.once('close', () => resolve(false))
    socket.setTimeout(1000, () => socket.destroy())
  })
  if (!isAlive) unlinkSync(path)
}

const BIND_FAULTS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'in use by another program: give another port or path',
  EADDRNOTAVAIL: 'no address of this machine: give one of its own, or * for all',
  EACCES: 'not permitted: give a port above 1023, or a folder that may be written',
  ENOTFOUND: 'no such host: give an address of this machine',
  ENOENT: 'no such folder',
}
const bindFault = (error: Error & { code?: string }): string => BIND_FAULTS[error.code ?? ''] ?? error.message
