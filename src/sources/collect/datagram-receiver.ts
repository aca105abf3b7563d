import { SourceError } from '../../lib/source.ts'
import { NetflowDecoder } from '../netflow/netflow-decoder.ts'
import { SflowDecoder } from '../sflow/sflow-decoder.ts'
import { AllowList } from './allow-list.ts'
import { type CollectorUrl, parseCollectorUrl } from './collector-url.ts'
import { DatagramListener, type DatagramTaker } from './datagram-listener.ts'
import type { CollectorParts, DatagramDecoder } from './decoder.ts'
import type { Receiver, ReceiverEvents } from './receiver.ts'
import { StateFile } from './state-file.ts'
import { StreamReceiver } from './stream-receiver.ts'

/** NetFlow, IPFIX and sFlow. */
export async function openDatagrams(endpoint: string, parts: CollectorParts, events: ReceiverEvents): Promise<Receiver> {
  const url = parseCollectorUrl(endpoint)
  if (typeof url === 'string') throw new SourceError(url)
  const told = { ...parts, samplingOf: (address: string) => url.samplingOf.get(address) ?? url.sampling }
  return url.transport === 'udp' ? await DatagramReceiver.open(url, told, events) : await StreamReceiver.open(url, told, events)
}

const SAVE_EVERY_MS = 60_000

class DatagramReceiver implements Receiver, DatagramTaker {
  private readonly decoder: DatagramDecoder
  private readonly state: StateFile
  private readonly allowed: AllowList
  private readonly events: ReceiverEvents
  private listener: DatagramListener | undefined
  refused = 0

  private constructor(decoder: DatagramDecoder, { allow }: CollectorUrl, state: StateFile, events: ReceiverEvents) {
    this.decoder = decoder
    this.state = state
    this.allowed = new AllowList(allow)
    this.events = events
  }

  static async open(url: CollectorUrl, parts: CollectorParts, events: ReceiverEvents): Promise<Receiver> {
    const state = new StateFile(parts.stateFile)
    const decoder = url.scheme === 'sflow' ? new SflowDecoder(parts) : new NetflowDecoder(parts, { saved: state.read() })
    const receiver = new DatagramReceiver(decoder, url, state, events)
    receiver.listener = await DatagramListener.open(url.host, url.port, receiver, parts.socket)
    return receiver
  }

  datagram(datagram: Uint8Array, from: string, port: number): void {
    if (!this.allowed.has(from)) {
      this.refused++
      return
    }
    this.decoder.datagram(datagram, from, port, Date.now())
    this.events.received(datagram.length)
  }
  taken(): void {
    this.events.handOn()
  }

  get address(): string {
    return `udp ${this.listener?.address ?? ''}`
  }
  get dropped(): number {
    return this.listener?.dropped ?? 0
  }
  get bufferBytes(): number {
    return this.listener?.bufferBytes ?? 0
  }
  tick(nowMs: number): void {
    this.decoder.tick(nowMs)
    if (nowMs - this.savedMs < SAVE_EVERY_MS) return
    this.savedMs = nowMs
    void this.save()
  }
  private savedMs = Date.now()
  private save(): Promise<void> {
    return this.state.write(this.decoder.save?.())
  }

  async close(): Promise<void> {
    await this.listener?.close()
    await this.save()
  }
}
