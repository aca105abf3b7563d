/** For tests: hellos, records and certificates built from the RFCs' layouts. */
import { concat, latin1 } from './testing.ts'

export const bytes = (...n: readonly number[]) => Uint8Array.from(n)
export const u16 = (...n: readonly number[]) => Uint8Array.from(n.flatMap((x) => [x >> 8, x & 255]))
export const u24 = (n: number) => bytes(n >> 16, (n >> 8) & 255, n & 255)
const vector8 = (b: Uint8Array) => concat(bytes(b.length), b)
const vector16 = (b: Uint8Array) => concat(u16(b.length), b)
const vector24 = (b: Uint8Array) => concat(u24(b.length), b)

export type Extension = readonly [type: number, body: Uint8Array]
export const extension = {
  serverName: (name: string): Extension => [0, vector16(concat(bytes(0), vector16(latin1(name))))],
  groups: (...n: number[]): Extension => [10, vector16(u16(...n))],
  pointFormats: (...n: number[]): Extension => [11, vector8(bytes(...n))],
  signatures: (...n: number[]): Extension => [13, vector16(u16(...n))],
  alpn: (...names: string[]): Extension => [16, vector16(concat(...names.map((n) => vector8(latin1(n)))))],
  versions: (...n: number[]): Extension => [43, vector8(u16(...n))],
  keyShares: (...groups: number[]): Extension => [51, vector16(concat(...groups.map((g) => concat(u16(g), vector16(bytes(1, 2, 3))))))],
  keyShareChosen: (group: number): Extension => [51, concat(u16(group), vector16(bytes(4, 5)))],
  versionChosen: (n: number): Extension => [43, u16(n)],
  empty: (type: number): Extension => [type, bytes()],
  of: (type: number, body: Uint8Array): Extension => [type, body],
}
const extensionBlock = (list: readonly Extension[]) => vector16(concat(...list.map(([type, body]) => concat(u16(type), vector16(body)))))

export interface Hello {
  version?: number
  suites?: readonly number[]
  extensions?: readonly Extension[] | undefined
  /** DTLS has one. */
  cookie?: Uint8Array
}
const RANDOM = new Uint8Array(32).fill(0x5a)
/** Bodies, without the handshake header. */
export const clientHelloBody = ({ version = 0x0303, suites = [0x1301], extensions = [], cookie }: Hello = {}) =>
  concat(
    u16(version),
    RANDOM,
    vector8(new Uint8Array(32)),
    ...(cookie === undefined ? [] : [vector8(cookie)]),
    vector16(u16(...suites)),
    bytes(1, 0),
    ...(extensions.length === 0 ? [] : [extensionBlock(extensions)]),
  )
export const serverHelloBody = ({ version = 0x0303, suites = [0xc02f], extensions = [] }: Hello = {}) =>
  concat(
    u16(version),
    RANDOM,
    vector8(bytes()),
    u16(suites[0]!),
    bytes(0),
    ...(extensions.length === 0 ? [] : [extensionBlock(extensions)]),
  )
export const certificateBody = (...certificates: Uint8Array[]) => vector24(concat(...certificates.map(vector24)))

export const message = (type: number, body: Uint8Array) => concat(bytes(type), vector24(body))
export const record = (type: number, body: Uint8Array, version = 0x0303) => concat(bytes(type), u16(version), vector16(body))
export const handshakeRecord = (...messages: Uint8Array[]) => record(22, concat(...messages))

/** DER, as far as a certificate needs it. */
export const der = (tag: number, ...parts: readonly Uint8Array[]): Uint8Array => {
  const body = concat(...parts)
  const length =
    body.length < 128 ? bytes(body.length) : body.length < 256 ? bytes(0x81, body.length) : concat(bytes(0x82), u16(body.length))
  return concat(bytes(tag), length, body)
}
const attribute = (oid: number, value: string, tag = 0x0c) =>
  der(
    0x31,
    der(0x30, der(0x06, bytes(0x55, 4, oid)), der(tag, tag === 0x1e ? u16(...value.split('').map((c) => c.charCodeAt(0))) : latin1(value))),
  )
export const nameOf = (...pairs: readonly (readonly [oid: number, value: string, tag?: number])[]) =>
  der(0x30, ...pairs.map(([oid, value, tag]) => attribute(oid, value, tag)))

export interface Certificate {
  subject: Uint8Array
  issuer: Uint8Array
  from?: Uint8Array
  to?: Uint8Array
  dnsNames?: readonly string[]
  addresses?: readonly (readonly number[])[]
}
export const utcTime = (text: string) => der(0x17, latin1(text))
export const generalizedTime = (text: string) => der(0x18, latin1(text))
export function certificate({
  subject,
  issuer,
  from = utcTime('240102030405Z'),
  to = generalizedTime('20510203040506Z'),
  dnsNames = [],
  addresses = [],
}: Certificate) {
  const altNames = der(
    0x30,
    ...dnsNames.map((n) => der(0x82, latin1(n))),
    der(0x87, bytes(192, 0, 2, 1)),
    ...addresses.map((a) => der(0x87, bytes(...a))),
  )
  const algorithm = der(0x30, der(0x06, bytes(0x2a, 0x86, 0x48)))
  const extensions = der(
    0xa3,
    der(
      0x30,
      der(0x30, der(0x06, bytes(0x55, 0x1d, 15)), der(0x01, bytes(255)), der(0x04, bytes(3, 2, 5, 160))),
      der(0x30, der(0x06, bytes(0x55, 0x1d, 17)), der(0x04, altNames)),
    ),
  )
  const key = der(0x30, new Uint8Array(200))
  const tbs = der(0x30, der(0xa0, bytes(2, 1, 2)), der(2, bytes(1, 2, 3)), algorithm, issuer, der(0x30, from, to), subject, key, extensions)
  return der(0x30, tbs, algorithm, der(3, new Uint8Array(64)))
}
