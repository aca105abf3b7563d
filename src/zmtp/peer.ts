import type { Socket } from 'node:net'
import { inWords } from '../lib/system-errors.ts'
import { commandBody, readCommand } from './commands.ts'
import { FRAME_COMMAND, FRAME_MORE, FrameReader, frameBytes } from './frames.ts'
import { GREETING_LEN, greetingBytes, greetingFault, readGreeting } from './greeting.ts'
import { type Mechanism, peerFault, type SocketType } from './mechanism.ts'

export const MAX_MESSAGE_BYTES = 16 * 1024 * 1024
const MAX_PARTS = 64
/** A handshake holds a few hundred bytes; who sends more is none of ours. */
const MAX_HANDSHAKE_COMMAND = 8192
const HANDSHAKE_MS = 10_000
const MAX_PING_CONTEXT = 16
/** Heartbeats that may stay unanswered. */
const MISSED_BEATS = 3
/** A peer that sends pings and reads no pongs is not answered beyond this. */
const MAX_UNREAD = 64 * 1024

export interface PeerEvents {
  /** The handshake is over: messages may go both ways. */
  ready(peer: ZmtpPeer): void
  /** `parts` are valid for as long as somebody holds them. */
  message(parts: readonly Uint8Array[]): void
  /** A command that is not answered by the connection itself. */
  command?(name: string, data: Uint8Array): void
  /** Called once; `why` is undefined where the peer said goodbye in order. */
  gone(peer: ZmtpPeer, why: string | undefined): void
}

export interface PeerOptions {
  readonly type: SocketType
  readonly mechanism: Mechanism
  /** How often a silent peer is asked whether it is there. */
  readonly heartbeatMs: number
}

/** One connection: greeting, handshake, and messages after it. Whatever breaks the rules ends it, with a reason of few words. */
export class ZmtpPeer {
  readonly socket: Socket
  readonly mechanism: Mechanism
  isReady = false
  minor = 0
  private readonly type: SocketType
  private readonly events: PeerEvents
  private readonly greeting = new Uint8Array(GREETING_LEN)
  private greetingLen = 0
  private readonly frames: FrameReader
  private parts: Uint8Array[] = []
  private partBytes = 0
  private why: string | undefined
  private isGone = false
  private readonly handshake: NodeJS.Timeout
  private heartbeat: NodeJS.Timeout | undefined
  private readonly heartbeatMs: number
  private beatsMissed = 0

  constructor(socket: Socket, { type, mechanism, heartbeatMs }: PeerOptions, events: PeerEvents) {
    this.socket = socket
    this.type = type
    this.mechanism = mechanism
    this.heartbeatMs = heartbeatMs
    this.events = events
    this.frames = new FrameReader(MAX_MESSAGE_BYTES, (flags, bytes, start, end) => this.frame(flags, bytes, start, end))
    this.handshake = setTimeout(() => this.end('no handshake in time'), HANDSHAKE_MS)
    socket.on('data', (bytes: Buffer) => this.hear(bytes))
    socket.on('error', (error) => this.end(inWords(error)))
    socket.once('close', () => this.end(undefined))
    socket.write(greetingBytes(mechanism.name, mechanism.isServer))
  }

  /** Bytes written that the system has not taken. */
  get waiting(): number {
    return this.socket.writableLength
  }

  send(parts: readonly Uint8Array[]): void {
    this.socket.write(this.mechanism.message(parts))
  }
  sendCommand(name: string, ...data: readonly Uint8Array[]): void {
    this.socket.write(this.mechanism.command(commandBody(name, ...data)))
  }

  /** Ends the connection; `why` tells what the peer did wrong. */
  end(why: string | undefined): void {
    if (this.isGone) return
    this.isGone = true
    this.why ??= why
    clearTimeout(this.handshake)
    clearInterval(this.heartbeat)
    // What the system has is still delivered when we say goodbye; to who breaks the rules or reads nothing, we do not.
    if (this.why === undefined && this.waiting === 0) this.socket.destroySoon()
    else this.socket.destroy()
    this.events.gone(this, this.why)
  }

  private hear(bytes: Buffer): void {
    if (this.isGone) return
    this.beatsMissed = 0
    const rest = this.greetingLen < GREETING_LEN ? this.greet(bytes) : bytes
    if (rest === undefined) return
    const fault = this.frames.push(rest)
    if (fault !== undefined) this.end(fault)
  }

  /** What follows the greeting; undefined: it has not all come, or is none. */
  private greet(bytes: Buffer): Uint8Array | undefined {
    const taken = Math.min(bytes.length, GREETING_LEN - this.greetingLen)
    this.greeting.set(bytes.subarray(0, taken), this.greetingLen)
    this.greetingLen += taken
    const fault = greetingFault(this.greeting, this.greetingLen)
    if (fault !== undefined) {
      this.end(fault)
      return undefined
    }
    if (this.greetingLen < GREETING_LEN) return undefined
    // libzmq leaves as-server at 0 whatever it is, so nothing is to be learned from it.
    const { minor, mechanism } = readGreeting(this.greeting)
    this.minor = minor
    if (mechanism !== this.mechanism.name) this.end(`wants ${shown(mechanism)}, and we ${this.mechanism.name}`)
    else this.step(this.mechanism.begin())
    return this.isGone ? undefined : bytes.subarray(taken)
  }

  private step({ say, peer, fault }: ReturnType<Mechanism['begin']>): void {
    const wrong = fault ?? (peer === undefined ? undefined : peerFault(this.type, peer))
    if (wrong !== undefined) return this.end(wrong)
    if (say !== undefined) this.socket.write(frameBytes(FRAME_COMMAND, say))
    if (peer === undefined) return
    this.isReady = true
    clearTimeout(this.handshake)
    if (this.heartbeatMs > 0 && this.minor > 0) this.heartbeat = setInterval(() => this.beat(), this.heartbeatMs)
    this.events.ready(this)
  }

  private beat(): void {
    if (this.beatsMissed === MISSED_BEATS) return this.end('does not answer')
    // Anything that comes is an answer; time to live in tenths of a second.
    this.beatsMissed++
    const ttl = Math.min(0xffff, Math.ceil(((MISSED_BEATS + 1) * this.heartbeatMs) / 100))
    this.sendCommand('PING', Uint8Array.of(ttl >>> 8, ttl & 255))
  }

  private frame(flags: number, bytes: Uint8Array, start: number, end: number): boolean {
    if (this.isReady) {
      const { open } = this.mechanism
      if (open === undefined) this.plain(flags, bytes, start, end)
      else this.boxed(bytes.subarray(start, end))
    } else if ((flags & FRAME_COMMAND) === 0 || end - start > MAX_HANDSHAKE_COMMAND) this.end('sent something else than a handshake')
    else this.step(this.mechanism.hear(bytes.subarray(start, end)))
    return !this.isGone
  }

  private boxed(body: Uint8Array): void {
    const opened = this.mechanism.open!(body)
    if (opened === undefined) return this.end('sent a box that does not open')
    this.plain(opened.flags, opened.bytes, 0, opened.bytes.length)
  }

  private plain(flags: number, bytes: Uint8Array, start: number, end: number): void {
    if ((flags & FRAME_COMMAND) !== 0) return this.command(bytes, start, end)
    this.partBytes += end - start
    if (this.partBytes > MAX_MESSAGE_BYTES || this.parts.length === MAX_PARTS) return this.end('message longer than allowed')
    this.parts.push(new Uint8Array(bytes.buffer, bytes.byteOffset + start, end - start))
    if ((flags & FRAME_MORE) !== 0) return
    const { parts } = this
    this.parts = []
    this.partBytes = 0
    this.events.message(parts)
  }

  private command(bytes: Uint8Array, start: number, end: number): void {
    const command = readCommand(bytes, start, end)
    if (command === undefined) return this.end('sent a command without a name')
    const { name, data } = command
    if (name === 'PING') {
      if (this.waiting < MAX_UNREAD) this.sendCommand('PONG', data.subarray(2, 2 + MAX_PING_CONTEXT))
    } else if (name !== 'PONG') this.events.command?.(name, data)
  }
}

const shown = (mechanism: string): string => (/^[A-Z]{1,20}$/.test(mechanism) ? mechanism : 'an unknown mechanism')
