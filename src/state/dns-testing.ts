/** A name server on the loopback that answers questions for names of addresses as a test says. */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'

const HEADER_LEN = 12
const RESPONSE = 0x8180
const NXDOMAIN = 3
const PTR = 12
const IN = 1
const TTL_S = 60

export interface Question {
  readonly id: number
  /** In small letters, without the dot of the root: 1.0.0.10.in-addr.arpa */
  readonly name: string
  /** The question as it came, behind the header. */
  readonly section: Buffer
}
/** What comes back: datagrams, one after the other. */
export type Answering = (question: Question) => readonly Uint8Array[]

export class TestDns {
  private readonly socket: Socket = createSocket('udp4')
  readonly asked: string[] = []
  answering: Answering

  constructor(answering: Answering) {
    this.answering = answering
    this.socket.on('message', (message, from) => this.hear(message, from))
  }

  async start(): Promise<this> {
    this.socket.bind(0, '127.0.0.1')
    await once(this.socket, 'listening')
    return this
  }
  get server(): string {
    return `127.0.0.1:${this.socket.address().port}`
  }

  private hear(message: Buffer, { port, address }: RemoteInfo): void {
    const question = read(message)
    this.asked.push(question.name)
    for (const answer of this.answering(question)) this.socket.send(answer, port, address)
  }
  stop(): void {
    this.socket.close()
  }
}

function read(message: Buffer): Question {
  const labels: string[] = []
  let at = HEADER_LEN
  for (let length = message[at]!; length !== 0; length = message[at]!) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length))
    at += 1 + length
  }
  return { id: message.readUInt16BE(0), name: labels.join('.').toLowerCase(), section: message.subarray(HEADER_LEN, at + 5) }
}

const header = (id: number, flags: number, answers: number) => {
  const bytes = Buffer.alloc(HEADER_LEN)
  for (const [at, value] of [id, flags, 1, answers].entries()) bytes.writeUInt16BE(value, 2 * at)
  return bytes
}
export const labelsOf = (name: string): Buffer =>
  Buffer.concat([
    ...name.split('.').map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label, 'latin1')])),
    Buffer.from([0]),
  ])

/** The name, as a whole answer; `owner`: of whom it is said, when not of the one that was asked for. */
export function pointer({ id, section }: Question, name: string | Uint8Array, owner?: string): Buffer {
  const target = typeof name === 'string' ? labelsOf(name) : name
  const fixed = Buffer.alloc(10)
  fixed.writeUInt16BE(PTR, 0)
  fixed.writeUInt16BE(IN, 2)
  fixed.writeUInt32BE(TTL_S, 4)
  fixed.writeUInt16BE(target.length, 8)
  return Buffer.concat([
    header(id, RESPONSE, 1),
    section,
    owner === undefined ? Buffer.from([0xc0, HEADER_LEN]) : labelsOf(owner),
    fixed,
    target,
  ])
}
export const noSuchName = ({ id, section }: Question): Buffer => Buffer.concat([header(id, RESPONSE | NXDOMAIN, 0), section])
export const failure = ({ id, section }: Question, code: number): Buffer => Buffer.concat([header(id, RESPONSE | code, 0), section])

/** 1.0.0.10.in-addr.arpa → 10.0.0.1 */
export const addressOf = ({ name }: Question): string => name.replace('.in-addr.arpa', '').split('.').reverse().join('.')
