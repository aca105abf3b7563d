import type { InterfaceInfo, Live, Tick } from '../lib/live.ts'
import { interfacesOf } from './questioner.ts'

/** What is used of a WebSocket of `ws`. */
export interface Socket {
  readonly bufferedAmount: number
  readonly readyState: number
  send(text: string): void
  ping(): void
  close(code: number, reason: string): void
  terminate(): void
  on(event: 'message' | 'pong' | 'close' | 'error', listener: () => void): unknown
}

const OPEN = 1
/** Close codes of RFC 6455 §7.4.1. */
const GOING_AWAY = 1001
const POLICY_VIOLATION = 1008

export const MAX_LIVE_CLIENTS = 256
/** Clients have nothing to say. */
export const MAX_MESSAGE_BYTES = 1024
const MAX_MESSAGES_A_BEAT = 100
/** Bytes that may wait for a slow client before ticks are left out for it. */
export const MAX_BUFFERED_BYTES = 262_144
const BEAT_MS = 15_000
/** Beats without a sign of life, or with a full buffer, after which a client is given up. */
const MAX_SILENT_BEATS = 2
const CLOSE_GRACE_MS = 500

interface Client {
  readonly socket: Socket
  /** The list of interfaces has changed while the buffer was full. */
  owedInterfaces: boolean
  silentBeats: number
  stuckBeats: number
  messages: number
}

/** The clients of /api/v1/live: the interfaces at once and on change, and every tick. One text is made for all of them, and none when nobody looks. */
export class LiveSockets {
  private readonly live: Live
  private readonly clients = new Set<Client>()
  private readonly stops: readonly (() => void)[]
  private readonly beat: NodeJS.Timeout

  constructor(live: Live, beatMs = BEAT_MS) {
    this.live = live
    this.stops = [live.onTick((tick) => this.tick(tick)), live.onChange((interfaces) => this.changed(interfaces))]
    this.beat = setInterval(() => this.heartbeat(), beatMs)
    this.beat.unref()
  }

  get size(): number {
    return this.clients.size
  }
  get isFull(): boolean {
    return this.clients.size >= MAX_LIVE_CLIENTS
  }

  add(socket: Socket): void {
    const client: Client = { socket, owedInterfaces: false, silentBeats: 0, stuckBeats: 0, messages: 0 }
    this.clients.add(client)
    socket.on('close', () => this.clients.delete(client))
    socket.on('error', () => socket.terminate())
    socket.on('pong', () => (client.silentBeats = 0))
    socket.on('message', () => {
      if (++client.messages > MAX_MESSAGES_A_BEAT) socket.close(POLICY_VIOLATION, 'nothing is expected from here')
    })
    socket.send(this.interfacesText())
  }

  private interfacesText(): string {
    return JSON.stringify({ type: 'interfaces', ...interfacesOf(this.live) })
  }

  private tick(tick: Tick): void {
    if (this.clients.size === 0) return
    const text = JSON.stringify({ type: 'tick', interface: tick.interface, info: tick.info, totals: tick.totals })
    for (const client of this.clients) {
      if (!hasRoom(client)) continue
      if (client.owedInterfaces) {
        client.owedInterfaces = false
        client.socket.send(this.interfacesText())
      }
      client.socket.send(text)
    }
  }

  private changed(_interfaces: readonly InterfaceInfo[]): void {
    if (this.clients.size === 0) return
    const text = this.interfacesText()
    for (const client of this.clients) {
      client.owedInterfaces = !hasRoom(client)
      if (!client.owedInterfaces) client.socket.send(text)
    }
  }

  private heartbeat(): void {
    for (const client of this.clients) {
      const { socket } = client
      client.messages = 0
      client.stuckBeats = hasRoom(client) ? 0 : client.stuckBeats + 1
      if (client.silentBeats >= MAX_SILENT_BEATS || client.stuckBeats > MAX_SILENT_BEATS) {
        socket.terminate()
        continue
      }
      if (client.owedInterfaces && hasRoom(client)) {
        client.owedInterfaces = false
        socket.send(this.interfacesText())
      }
      client.silentBeats++
      if (socket.readyState === OPEN) socket.ping()
    }
  }

  /** Says goodbye, and leaves those who do not answer it. */
  close(): void {
    clearInterval(this.beat)
    for (const stop of this.stops) stop()
    for (const { socket } of this.clients) {
      socket.close(GOING_AWAY, 'the server ends')
      setTimeout(() => socket.terminate(), CLOSE_GRACE_MS).unref()
    }
  }
}

const hasRoom = ({ socket }: Client) => socket.readyState === OPEN && socket.bufferedAmount <= MAX_BUFFERED_BYTES
