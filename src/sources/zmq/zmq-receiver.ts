import { readFileSync } from 'node:fs'
import { SourceError } from '../../lib/source.ts'
import { SubSocket } from '../../zmtp/sub-socket.ts'
import { parseKey } from '../../zmtp/z85.ts'
import type { CollectorParts } from '../collect/decoder.ts'
import type { Receiver, ReceiverEvents } from '../collect/receiver.ts'
import { ZmqDecoder } from './zmq-decoder.ts'
import { parseZmqUrl, type ZmqUrl } from './zmq-url.ts'

export interface ZmqReceiverOptions extends ReceiverEvents {
  /** As this wiretop calls itself, when the parts do not say it. */
  readonly ownName?: string | undefined
}

const MAX_FAULTS = 32

/** Publishers of flows: all topics are heard, so that they can be counted. */
export class ZmqReceiver implements Receiver {
  readonly decoder: ZmqDecoder
  /** The kernel throws nothing away: who sends too much is slowed down, and drops there, which shows by the numbers of its messages. */
  readonly dropped = 0
  readonly bufferBytes = 0
  readonly refused = 0
  /** What went wrong at the endpoints, and how often. */
  readonly faults = new Map<string, number>()
  private readonly url: ZmqUrl
  private readonly socket: SubSocket

  private constructor(url: ZmqUrl, parts: CollectorParts, { ownName, received, handOn }: ZmqReceiverOptions) {
    this.url = url
    this.decoder = new ZmqDecoder(parts, { ownName, compat: url.compat })
    this.socket = new SubSocket(url.endpoints, {
      prefixes: [''],
      curve: curveOf(url),
      message: (frames, from) => {
        const nowMs = Date.now()
        let bytes = 0
        for (const { length } of frames) bytes += length
        if (frames.length === 2) this.decoder.message(frames[0]!, frames[1]!, from, nowMs)
        else this.decoder.oddMessage(frames, from, nowMs)
        received(bytes)
        handOn()
      },
      fault: (endpoint, why) => this.fault(`${endpoint}: ${why}`),
    })
  }

  /** Rejects with a SourceError when an endpoint cannot be bound or a key not be read. A publisher that is away is waited for. */
  static async open(url: ZmqUrl, parts: CollectorParts, options: ZmqReceiverOptions): Promise<ZmqReceiver> {
    const receiver = new ZmqReceiver(url, parts, options)
    try {
      await receiver.socket.open()
    } catch (error) {
      await receiver.close()
      throw new SourceError((error as Error).message)
    }
    return receiver
  }

  private fault(line: string): void {
    const times = this.faults.get(line)
    if (times !== undefined || this.faults.size < MAX_FAULTS) this.faults.set(line, (times ?? 0) + 1)
  }

  /** Where it listens and whom it asks. */
  get address(): string {
    const asked = this.url.endpoints.filter(({ isBound }) => !isBound).map(({ text }) => text)
    return [...this.socket.boundTo, ...asked].join(', ')
  }
  /** Publishers at the other end now. */
  get connected(): number {
    return this.socket.connected
  }

  tick(nowMs: number): void {
    this.decoder.tick(nowMs)
  }
  close(): Promise<void> {
    return this.socket.close()
  }
}

/** Opens what `text` says; it has been checked. */
export function openZmq(text: string, parts: CollectorParts, events: ReceiverEvents): Promise<Receiver> {
  const url = parseZmqUrl(text)
  if (typeof url === 'string') throw new SourceError(url)
  return ZmqReceiver.open(url, parts, events)
}

function curveOf({ serverKey, secretKeyFile }: ZmqUrl): { serverKey?: Uint8Array; secretKey?: Uint8Array } | undefined {
  if (serverKey === undefined && secretKeyFile === undefined) return undefined
  return { ...(serverKey !== undefined && { serverKey }), ...(secretKeyFile !== undefined && { secretKey: keyIn(secretKeyFile) }) }
}

function keyIn(path: string): Uint8Array {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new SourceError(`${path}: cannot be read (${(error as NodeJS.ErrnoException).code}): give a file with a secret key`)
  }
  const key = parseKey(text.trim())
  if (key === undefined) throw new SourceError(`${path}: holds no key: give one of 40 characters (Z85)`)
  return key
}
