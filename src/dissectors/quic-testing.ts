/** For tests and benches: Initials protected by the runtime's cryptography. */
import { createCipheriv, createHmac } from 'node:crypto'
import { concat, hex } from './testing.ts'
import { bytes, u16 } from './tls-testing.ts'

/** An Initial protected as RFC 9001 §5 says, by the runtime's cryptography. */
export interface Initial {
  version?: number
  salt?: string
  dcid?: Uint8Array
  /** Whose keys: the first connection id, where the packet carries a later one. */
  keyDcid?: Uint8Array
  packet?: number
  token?: Uint8Array
  size?: number
}
export const SALT_V1 = '38762cf7f55934b34d179ae6a4c80cadccbb7f0a'
export const DCID = hex('8394c8f03e515708')
export function expand(secret: Buffer, label: string, length: number): Buffer {
  const full = `tls13 ${label}`
  const info = Buffer.concat([Buffer.from([0, length, full.length]), Buffer.from(full), Buffer.from([0, 1])])
  return createHmac('sha256', secret).update(info).digest().subarray(0, length)
}
export function initial(
  frames: Uint8Array,
  { version = 1, salt = SALT_V1, dcid = DCID, keyDcid = dcid, packet = 2, token = bytes(), size = 1162 }: Initial = {},
) {
  const v2 = version === 0x6b3343cf
  const prefix = v2 ? 'quicv2' : 'quic'
  const secret = expand(createHmac('sha256', Buffer.from(salt, 'hex')).update(keyDcid).digest(), 'client in', 32)
  const plain = concat(frames, new Uint8Array(Math.max(0, size - frames.length)))
  const versionBytes = bytes(version >>> 24, (version >> 16) & 255, (version >> 8) & 255, version & 255)
  const first = (v2 ? 0xd0 : 0xc0) | 1
  const header = concat(
    bytes(first),
    versionBytes,
    bytes(dcid.length),
    dcid,
    bytes(0, token.length),
    token,
    u16(0x4000 | (plain.length + 16 + 2)),
    u16(packet),
  )
  const nonce = expand(secret, `${prefix} iv`, 12)
  nonce[11]! ^= packet & 255
  nonce[10]! ^= packet >> 8
  const cipher = createCipheriv('aes-128-gcm', expand(secret, `${prefix} key`, 16), nonce)
  cipher.setAAD(header)
  const text = concat(cipher.update(plain), cipher.final(), cipher.getAuthTag())
  const mask = createCipheriv('aes-128-ecb', expand(secret, `${prefix} hp`, 16), null).update(text.subarray(2, 18))
  header[0]! ^= mask[0]! & 0x0f
  header[header.length - 2]! ^= mask[1]!
  header[header.length - 1]! ^= mask[2]!
  return concat(header, text)
}
/** A CRYPTO frame. */
export const crypto = (offset: number, data: Uint8Array) => concat(bytes(6), u16(0x4000 | offset), u16(0x4000 | data.length), data)
