/** An agent made of a table of OIDs, or of lies; BER is written and read by itself, not by what is tested. */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'
import type { SnmpAccess, SnmpUser } from './snmp-settings.ts'

export type Bytes = readonly number[]
const ascii = (text: string): Bytes => [...Buffer.from(text, 'utf8')]

export function tlv(tag: number, content: Bytes): Bytes {
  const n = content.length
  return [tag, ...(n < 128 ? [n] : n < 65_536 ? [0x82, n >> 8, n & 255] : [0x83, n >> 16, (n >> 8) & 255, n & 255]), ...content]
}
export const sequence = (...parts: readonly Bytes[]): Bytes => tlv(0x30, parts.flat())
export const octets = (text: string | Bytes): Bytes => tlv(4, typeof text === 'string' ? ascii(text) : text)
/** Not negative. */
export function integer(value: number, tag = 2): Bytes {
  const bytes: number[] = []
  for (let v = value; v > 0 || bytes.length === 0; v = Math.floor(v / 256)) bytes.unshift(v % 256)
  return tlv(tag, bytes[0]! > 127 ? [0, ...bytes] : bytes)
}
export function oid(text: string): Bytes {
  const [a = 0, b = 0, ...rest] = text.split('.').map(Number)
  return tlv(6, [
    40 * a + b,
    ...rest.flatMap((n) => {
      const septets = [n % 128]
      for (let v = Math.floor(n / 128); v > 0; v = Math.floor(v / 128)) septets.unshift(128 + (v % 128))
      return septets
    }),
  ])
}
export const END_OF_VIEW: Bytes = [0x82, 0]

interface Element {
  readonly tag: number
  readonly content: Buffer
}
function elements(b: Buffer): Element[] {
  const found: Element[] = []
  for (let at = 0; at < b.length; ) {
    let length = b[at + 1]!
    let start = at + 2
    if (length > 127) {
      const n = length & 127
      length = b.readUIntBE(start, n)
      start += n
    }
    found.push({ tag: b[at]!, content: b.subarray(start, start + length) })
    at = start + length
  }
  return found
}
const num = (b: Buffer): number => [...b].reduce((sum, byte) => sum * 256 + byte, 0)
function oidText(b: Buffer): string {
  const parts = [Math.floor(b[0]! / 40), b[0]! % 40]
  let value = 0
  for (const byte of b.subarray(1)) {
    value = value * 128 + (byte & 127)
    if (byte < 128) {
      parts.push(value)
      value = 0
    }
  }
  return parts.join('.')
}

/** A question of v2c. */
export interface Question {
  readonly community: string
  readonly type: number
  readonly id: number
  readonly repetitions: number
  readonly oids: readonly string[]
}
export function question(datagram: Buffer): Question {
  const [, community, pdu] = elements(elements(datagram)[0]!.content)
  const [id, , repetitions, list] = elements(pdu!.content)
  const oids = elements(list!.content).map(({ content }) => oidText(elements(content)[0]!.content))
  return { community: community!.content.toString(), type: pdu!.tag, id: num(id!.content), repetitions: num(repetitions!.content), oids }
}

export type Value = readonly [oid: string, value: Bytes]
export function response(to: Question, values: readonly Value[], { tag = 0xa2, version = 1, status = 0, id = to.id } = {}): Bytes {
  const list = sequence(...values.map(([name, value]) => sequence(oid(name), value)))
  return sequence(integer(version), octets(to.community), tlv(tag, [integer(id), integer(status), integer(0), list].flat()))
}

export const messageId = (datagram: Buffer): number => num(elements(elements(elements(datagram)[0]!.content)[1]!.content)[0]!.content)
/** A message of v3 that is neither authenticated nor encrypted, whatever its flags say. */
export function plainV3(
  id: number,
  pduTag: number,
  values: readonly Value[],
  { flags = 0, engine = 'engine-1', boots = 0, time = 0 } = {},
): Bytes {
  const header = sequence(integer(id), integer(65_507), octets([flags]), integer(3))
  const parameters = sequence(octets(engine), integer(boots), integer(time), octets(''), octets(''), octets(''))
  const list = sequence(...values.map(([name, value]) => sequence(oid(name), value)))
  const pdu = tlv(pduTag, [integer(id), integer(0), integer(0), list].flat())
  return sequence(integer(3), header, octets(parameters), sequence(octets(engine), octets(''), pdu))
}

const order = (a: string, b: string): number => {
  const [x, y] = [a.split('.').map(Number), b.split('.').map(Number)]
  for (let i = 0; i < Math.min(x.length, y.length); i++) if (x[i] !== y[i]) return x[i]! - y[i]!
  return x.length - y.length
}

/** Answers GetBulk and Get as an honest agent with this table does (RFC 3416 §4.2), as many rows as fit. */
export function honest(table: Readonly<Record<string, Bytes>>, maxValues = 100): (q: Question) => Bytes {
  const names = Object.keys(table).sort(order)
  const after = (name: string): string | undefined => names.find((other) => order(other, name) > 0)
  return (q) => {
    if (q.type === 0xa0)
      return response(
        q,
        q.oids.map((name) => [name, table[name] ?? [0x81, 0]] as const),
      )
    const values: Value[] = []
    let row = [...q.oids]
    for (let i = 0; i < q.repetitions && values.length < maxValues; i++) {
      const found = row.map((name) => after(name))
      for (const [n, name] of row.entries()) values.push(found[n] === undefined ? [name, END_OF_VIEW] : [found[n], table[found[n]]!])
      row = row.map((name, n) => found[n] ?? name)
    }
    return response(q, values.slice(0, maxValues))
  }
}

/** What it does with a datagram; undefined: it is silent. */
export type Manner = (datagram: Buffer, n: number) => Bytes | readonly Bytes[] | undefined

export class FakeAgent {
  readonly socket: Socket
  asked = 0
  private constructor(socket: Socket, manner: Manner) {
    this.socket = socket
    socket.on('message', (datagram: Buffer, { port, address }: RemoteInfo) => {
      const answer = manner(datagram, this.asked++) ?? []
      const several = (typeof answer[0] === 'number' ? [answer] : answer) as readonly Bytes[]
      for (const bytes of several) socket.send(Uint8Array.from(bytes), port, address)
    })
  }
  static async open(manner: Manner): Promise<FakeAgent> {
    const socket = createSocket('udp4')
    socket.bind(0, '127.0.0.1')
    await once(socket, 'listening')
    return new FakeAgent(socket, manner)
  }
  get port(): number {
    return this.socket.address().port
  }
  async close(): Promise<void> {
    this.socket.close()
    await once(this.socket, 'close')
  }
}

export const community = (port: number, timeoutMs = 5000): SnmpAccess => ({
  credentials: { version: '2c', community: 'public' },
  port,
  timeoutMs,
  counters: true,
})
export const user = (port: number, more: Partial<SnmpUser> = {}, timeoutMs = 5000): SnmpAccess => ({
  credentials: {
    version: '3',
    user: 'wiretop',
    level: 'authPriv',
    auth: 'SHA',
    authKey: 'auth-secret',
    priv: 'AES',
    privKey: 'priv-secret',
    context: '',
    ...more,
  },
  port,
  timeoutMs,
  counters: true,
})
