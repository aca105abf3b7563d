import { PacketBatch } from '../lib/source.ts'
import type { LiveTables } from '../tables/live-tables.ts'
import { PROTO_TCP, PROTO_UDP, TCP_ACK, TCP_FIN, TCP_PSH, TCP_SYN } from '../wire/packet.ts'

const LINKTYPE_ETHERNET = 1
const ETHERNET_LEN = 14
const IPV4_LEN = 20
const TCP_LEN = 20
const UDP_LEN = 8
const MAX_FRAME = 1514
const FRAMES_A_BATCH = 256
const STEP_MS = 0.1
/** After so many a further one makes no difference: about 0.3 s. */
const PACKETS = 20_000

/** A packet of a conversation, before it has addresses. */
interface Said {
  readonly fromServer: boolean
  readonly flags: number
  readonly payload: Uint8Array
}

const NOTHING = new Uint8Array(0)
const latin1 = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0))
const hex = (text: string) => Uint8Array.from(text.replace(/\s+/g, '').match(/../g)!, (two) => Number.parseInt(two, 16))

const says = (payload: Uint8Array): Said => ({ fromServer: false, flags: TCP_PSH | TCP_ACK, payload })
const answers = (payload: Uint8Array): Said => ({ fromServer: true, flags: TCP_PSH | TCP_ACK, payload })
/** Handshake, what both say, and the end. */
const connection = (...said: Said[]): Said[] => [
  { fromServer: false, flags: TCP_SYN, payload: NOTHING },
  { fromServer: true, flags: TCP_SYN | TCP_ACK, payload: NOTHING },
  { fromServer: false, flags: TCP_ACK, payload: NOTHING },
  ...said,
  { fromServer: false, flags: TCP_FIN | TCP_ACK, payload: NOTHING },
  { fromServer: true, flags: TCP_FIN | TCP_ACK, payload: NOTHING },
]

const noise = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (Math.imul(i + 1, 0x9e3779b1) >>> 24) | 0x80)

/** RFC 1035: www.example.com, its question and its answer. */
const DNS_QUESTION = hex('1234 0100 0001 0000 0000 0000 03777777 076578616d706c65 03636f6d 00 0001 0001')
const DNS_ANSWER = hex(
  '1234 8180 0001 0001 0000 0000 03777777 076578616d706c65 03636f6d 00 0001 0001 c00c 0001 0001 0000003c 0004 c0000201',
)
const HTTP_REQUEST = latin1('GET /index.html HTTP/1.1\r\nHost: www.example.com\r\nUser-Agent: Mozilla/5.0\r\nAccept: */*\r\n\r\n')
const HTTP_ANSWER = latin1('HTTP/1.1 200 OK\r\nServer: x\r\nContent-Type: text/html\r\nContent-Length: 13\r\n\r\n<html></html>')
/** RFC 8446 §4.1.2, with a server name, ALPN and a key share. */
const TLS_CLIENT_HELLO = hex(`16 0301 009c 01 000098 0303 ${'5a'.repeat(32)} 00 0006 1301 1302 1303 01 00 0069
  0000 0014 0012 00 000f 7777772e6578616d706c652e636f6d 000a 0006 0004 001d 0017 000d 0008 0006 0403 0804 0401
  0010 000e 000c 02 6832 08 687474702f312e31 002b 0003 02 0304 0033 0026 0024 001d 0020 ${'a5'.repeat(32)}`)
const TLS_SERVER_HELLO = hex(`16 0303 005a 02 000056 0303 ${'3c'.repeat(32)} 00 1301 00 002e
  002b 0002 0304 0033 0024 001d 0020 ${'c3'.repeat(32)} 14 0303 0001 01`)
const tlsData = (length: number) => Uint8Array.from([0x17, 3, 3, length >> 8, length & 255, ...noise(length)])

const CONVERSATIONS: readonly { readonly proto: number; readonly port: number; readonly said: readonly Said[] }[] = [
  { proto: PROTO_UDP, port: 53, said: [says(DNS_QUESTION), answers(DNS_ANSWER)] },
  { proto: PROTO_TCP, port: 80, said: connection(says(HTTP_REQUEST), answers(HTTP_ANSWER)) },
  {
    proto: PROTO_TCP,
    port: 443,
    said: connection(says(TLS_CLIENT_HELLO), answers(TLS_SERVER_HELLO), says(tlsData(200)), answers(tlsData(1200)), answers(tlsData(1200))),
  },
  { proto: PROTO_TCP, port: 40_123, said: connection(says(noise(60)), answers(noise(300)), says(noise(90)), answers(noise(1300))) },
  { proto: PROTO_UDP, port: 40_321, said: [says(noise(120)), answers(noise(1200)), says(noise(80)), answers(noise(1200))] },
]

/**
 * Traffic that nobody sent, through tables that nobody asks: when real packets come, the engine has compiled most of the path that they take. Gives the thread's
 * event loop a turn after each batch.
 */
export async function warmUp(tables: LiveTables, packets = PACKETS): Promise<void> {
  const batch = new PacketBatch(FRAMES_A_BATCH)
  const traffic = new GeneratedTraffic(batch)
  for (let done = 0; done < packets; done += batch.count) {
    traffic.fill()
    tables.take(batch)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

class GeneratedTraffic {
  private readonly batch: PacketBatch
  private conversation = 0
  private sequence = [0, 0]
  private at = 0
  private nowMs = 1_700_000_000_000

  constructor(batch: PacketBatch) {
    this.batch = batch
    batch.buf = new Uint8Array(FRAMES_A_BATCH * MAX_FRAME)
  }

  fill(): void {
    const { batch } = this
    for (let i = 0; i < FRAMES_A_BATCH; i++) {
      const start = i * MAX_FRAME
      const length = this.next(batch.buf, start)
      batch.start[i] = start
      batch.capLen[i] = length
      batch.wireLen[i] = length
      batch.tsMs[i] = this.nowMs += STEP_MS
      batch.linkType[i] = LINKTYPE_ETHERNET
    }
    batch.count = FRAMES_A_BATCH
  }

  private next(b: Uint8Array, at: number): number {
    const { proto, port, said } = CONVERSATIONS[this.conversation % CONVERSATIONS.length]!
    const { fromServer, flags, payload } = said[this.at++]!
    const client = { host: this.conversation % 250, port: 20_000 + (this.conversation % 20_000) }
    const length = this.frame(b, at, proto, fromServer, client, port, flags, payload)
    if (this.at === said.length) {
      this.at = 0
      this.conversation++
      this.sequence = [this.conversation, -this.conversation]
    }
    return length
  }

  private frame(
    b: Uint8Array,
    at: number,
    proto: number,
    fromServer: boolean,
    client: { host: number; port: number },
    port: number,
    flags: number,
    payload: Uint8Array,
  ): number {
    const headerLen = proto === PROTO_TCP ? TCP_LEN : UDP_LEN
    const total = IPV4_LEN + headerLen + payload.length
    const view = new DataView(b.buffer, b.byteOffset + at, ETHERNET_LEN + total)
    const one = 0x0a00_0000 | client.host
    const other = 0xc000_0200 | (client.host & 15)
    view.setUint32(2, fromServer ? one : other)
    view.setUint32(8, fromServer ? other : one)
    view.setUint16(12, 0x0800)
    view.setUint16(14, 0x4500)
    view.setUint16(16, total)
    view.setUint32(18, 0)
    view.setUint16(22, (64 << 8) | proto)
    view.setUint16(24, 0)
    view.setUint32(26, fromServer ? other : one)
    view.setUint32(30, fromServer ? one : other)
    view.setUint16(34, fromServer ? port : client.port)
    view.setUint16(36, fromServer ? client.port : port)
    const way = fromServer ? 1 : 0
    if (proto === PROTO_TCP) {
      view.setUint32(38, this.sequence[way]!)
      view.setUint32(42, this.sequence[1 - way]!)
      view.setUint16(46, 0x5000 | flags)
      view.setUint16(48, 0xffff)
      view.setUint32(50, 0)
      this.sequence[way]! += payload.length + ((flags & (TCP_SYN | TCP_FIN)) === 0 ? 0 : 1)
    } else {
      view.setUint16(38, UDP_LEN + payload.length)
      view.setUint16(40, 0)
    }
    b.set(payload, at + ETHERNET_LEN + IPV4_LEN + headerLen)
    return ETHERNET_LEN + total
  }
}
