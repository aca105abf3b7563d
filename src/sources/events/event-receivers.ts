import { createServer, type Server, type Socket } from 'node:net'
import { SourceError } from '../../lib/source.ts'
import { AllowList } from '../collect/allow-list.ts'
import { DatagramListener } from '../collect/datagram-listener.ts'
import type { CollectorParts } from '../collect/decoder.ts'
import { bindFault, plainAddress } from '../collect/endpoint-address.ts'
import type { Receiver, ReceiverEvents } from '../collect/receiver.ts'
import { fileError } from '../file-error.ts'
import { MAX_LINE, readEventLine } from './event-line.ts'
import { writeFlow } from './event-writer.ts'
import { type EventsUrl, parseEventsUrl } from './events-url.ts'
import { FileFollower } from './file-follower.ts'
import { LineSplitter } from './line-splitter.ts'

const MAX_CONNECTIONS = 1000
const KEEP_ALIVE_MS = 30_000
const decoder = new TextDecoder('utf-8')

/** Lines of all senders become events and flow records. */
class Lines {
  private readonly parts: CollectorParts
  private readonly events: ReceiverEvents

  constructor(parts: CollectorParts, events: ReceiverEvents) {
    this.parts = parts
    this.events = events
  }

  /** `bytes`: what it took on its way. */
  take(line: string, from: string, bytes: number): void {
    const nowMs = Date.now()
    const exporter = this.parts.exporters.of(from, 'events', 0, nowMs)
    if (exporter === undefined) return
    exporter.lastSeen = nowMs
    exporter.datagrams++
    exporter.bytesReceived += bytes
    const read = readEventLine(line.length > MAX_LINE ? line.slice(0, MAX_LINE) : line, nowMs, from)
    if (typeof read === 'string') exporter.fault(read)
    else {
      exporter.records++
      if (read.flow !== undefined && !writeFlow(this.parts.flows, exporter.number, read.flow))
        exporter.fault('flow without addresses or traffic')
      this.parts.event?.(read.event)
    }
    this.events.received(bytes)
  }
  taken(): void {
    this.events.handOn()
  }
  get socket(): CollectorParts['socket'] {
    return this.parts.socket
  }
  fault(from: string, cause: string): void {
    this.parts.exporters.of(from, 'events', 0, Date.now())?.fault(cause)
  }
}

export async function openEvents(endpoint: string, parts: CollectorParts, events: ReceiverEvents): Promise<Receiver> {
  const url = parseEventsUrl(endpoint)
  if (typeof url === 'string') throw new SourceError(url)
  const lines = new Lines(parts, events)
  if (url.kind === 'file') return await openFile(url, lines)
  return url.kind === 'udp' ? await openDatagrams(url, lines) : await StreamEvents.open(url, lines)
}

type At<K> = Extract<EventsUrl, { kind: K }>
type Network = Exclude<EventsUrl, { kind: 'file' }>

async function openFile({ path, fromStart }: At<'file'>, lines: Lines): Promise<Receiver> {
  const splitter = new LineSplitter()
  const follower = new FileFollower(
    path,
    (bytes) => {
      splitter.take(bytes, (line) => lines.take(line, path, line.length + 1))
      lines.taken()
    },
    (cause) => lines.fault(path, cause),
  )
  try {
    await follower.open(fromStart)
  } catch (error) {
    throw fileError(path, error)
  }
  return { address: path, dropped: 0, bufferBytes: 0, refused: 0, tick: () => undefined, close: () => follower.close() }
}

async function openDatagrams({ host, port, allow }: Network, lines: Lines): Promise<Receiver> {
  const allowed = new AllowList(allow)
  let refused = 0
  const taker = {
    datagram: (datagram: Uint8Array, from: string) => {
      if (allowed.has(from)) lines.take(decoder.decode(datagram).trimEnd(), from, datagram.length)
      else refused++
    },
    taken: () => lines.taken(),
  }
  const listener = await DatagramListener.open(host, port, taker, lines.socket)
  return {
    address: `udp ${listener.address}`,
    get dropped() {
      return listener.dropped
    },
    bufferBytes: listener.bufferBytes,
    get refused() {
      return refused
    },
    tick: () => undefined,
    close: () => listener.close(),
  }
}

class StreamEvents implements Receiver {
  readonly dropped = 0
  readonly bufferBytes = 0
  refused = 0
  readonly address: string
  private readonly sockets = new Set<Socket>()
  private readonly server: Server
  private readonly allowed: AllowList
  private readonly lines: Lines

  private constructor({ host, port, allow }: Network, lines: Lines) {
    this.address = `tcp ${host}:${port}`
    this.allowed = new AllowList(allow)
    this.lines = lines
    this.server = createServer((socket) => this.accept(socket))
    this.server.maxConnections = MAX_CONNECTIONS
  }

  static open(url: Network, lines: Lines): Promise<StreamEvents> {
    const one = new StreamEvents(url, lines)
    return new Promise((resolve, reject) => {
      one.server.once('error', (error) => reject(new SourceError(`TCP ${url.host}:${url.port}: ${bindFault(error)}`)))
      one.server.listen(url.port, url.host, () => {
        one.server.removeAllListeners('error').on('error', () => undefined)
        resolve(one)
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
    this.sockets.add(socket)
    const splitter = new LineSplitter()
    const line = (text: string) => this.lines.take(text, from, text.length + 1)
    let tooLong = 0
    socket.on('data', (bytes: Uint8Array) => {
      splitter.take(bytes, line)
      this.lines.taken()
      for (; tooLong < splitter.tooLong; tooLong++) this.lines.fault(from, 'line too long')
    })
    socket.on('close', () => {
      splitter.end(line)
      this.lines.taken()
      this.sockets.delete(socket)
    })
  }

  tick(): void {}
  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy()
    await new Promise<void>((resolve) => this.server.close(() => resolve()))
  }
}
