/**
 * What a hello costs: a QUIC Initial opened and read, and a TLS client hello read with its JA3 and JA4, against the runtime's cryptography alone doing
 * the same derivations and digests. Medians of nine runs.
 *   node bench/hello.bench.ts
 */
import { createDecipheriv, createHash, createHmac } from 'node:crypto'
import type { Context, Dissector } from '../src/dissectors/dissector.ts'
import quic from '../src/dissectors/quic.ts'
import { crypto, initial } from '../src/dissectors/quic-testing.ts'
import { concat, latin1 } from '../src/dissectors/testing.ts'
import tls from '../src/dissectors/tls.ts'
import { bytes, clientHelloBody, type Extension, extension, handshakeRecord, message } from '../src/dissectors/tls-testing.ts'
import { Cursor } from '../src/wire/cursor.ts'

const ROUNDS = 4000
const RUNS = 9
const nothing = () => undefined
const ctx = {
  ...{
    proto: 17,
    fromClient: true,
    srcPort: 40_000,
    dstPort: 443,
    packet: 1,
    packetThisWay: 1,
    midStream: false,
    wireLeft: 1250,
    isFragment: false,
  },
  ...{
    srcIpv4: 1,
    dstIpv4: 2,
    memo: 0,
    serverName: nothing,
    info: nothing,
    inside: nothing,
    becomes: nothing,
    tally: nothing,
    raise: nothing,
  },
  ...{ nameAddress: nothing, nameHost: nothing, expect: nothing, expectAt: nothing },
} satisfies Context

function microseconds(work: () => void): number {
  const runs: number[] = []
  for (let run = -2; run < RUNS; run++) {
    const begin = performance.now()
    for (let i = 0; i < ROUNDS; i++) work()
    if (run >= 0) runs.push(((performance.now() - begin) * 1000) / ROUNDS)
  }
  return runs.sort((a, b) => a - b)[RUNS >> 1]!
}

const cursor = new Cursor()
function reader(d: unknown, payload: Uint8Array): () => void {
  const { signature, extract } = d as Required<Pick<Dissector, 'signature' | 'extract'>>
  const out = {}
  return () => {
    ctx.memo = 0
    signature(cursor.reset(payload, 0, payload.length), ctx)
    extract(cursor.reset(payload, 0, payload.length), out, ctx)
  }
}

// As a browser sends it: 16 suites, 16 extensions, 1.7 kB of key share, or without it.
const suites = [0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014, 0x9c, 0x9d, 0x2f, 0x35]
const extensions = (share: number): Extension[] => [
  extension.serverName('www.example.org'),
  ...[0x17, 0xff01, 0x23, 5, 0x12, 0x2d, 0x1b, 0x4469].map((type) => extension.of(type, bytes(0, 0))),
  extension.groups(0x11ec, 29, 23, 24),
  extension.pointFormats(0),
  extension.alpn('h2', 'http/1.1'),
  extension.signatures(0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601),
  extension.versions(0x0304, 0x0303),
  extension.of(51, new Uint8Array(share)),
  extension.of(0x39, new Uint8Array(60)),
]
const hello = (share: number) => message(1, clientHelloBody({ suites, extensions: extensions(share) }))

const small = hello(36)
const inFront = initial(crypto(0, small))
const atTheEnd = initial(concat(crypto(150, small.subarray(150)), new Uint8Array(1150 - small.length), crypto(0, small.subarray(0, 150))))
const record = handshakeRecord(hello(1216))

/** RFC 9001 §5.2 and §5.4 by the runtime: seven HMACs, one block of ECB, one text. */
function openByRuntime(): void {
  const hmac = (key: Uint8Array, text: Uint8Array) => createHmac('sha256', key).update(text).digest()
  let secret = hmac(new Uint8Array(20), inFront.subarray(6, 14))
  secret = hmac(secret, latin1('label of the client'))
  const [key, iv, hp] = ['key', 'iv', 'hp'].map((label) => hmac(secret, latin1(label)))
  createDecipheriv('aes-128-ecb', hp!.subarray(0, 16), null).setAutoPadding(false).update(inFront.subarray(22, 38))
  createDecipheriv('aes-128-gcm', key!.subarray(0, 16), iv!.subarray(0, 12)).update(inFront.subarray(20))
}
const digestsByRuntime = (): void => {
  createHash('md5').update('x'.repeat(180)).digest('hex')
  createHash('sha256').update('x'.repeat(74)).digest('hex')
  createHash('sha256').update('x'.repeat(110)).digest('hex')
}

const print = (what: string, ours: number, theirs: number, bar: number) =>
  console.log(
    `${what.padEnd(48)} ${ours.toFixed(1).padStart(6)} µs (to reach ${bar}), the runtime's cryptography alone ${theirs.toFixed(1)} µs: ${(theirs / ours).toFixed(1)} ×`,
  )
const runtimeOpen = microseconds(openByRuntime)
print('QUIC Initial, hello in front', microseconds(reader(quic, inFront)), runtimeOpen, 25)
print('QUIC Initial, hello scattered to the end', microseconds(reader(quic, atTheEnd)), runtimeOpen, 25)
print('TLS client hello with JA3 and JA4', microseconds(reader(tls, record)), microseconds(digestsByRuntime), 10)
