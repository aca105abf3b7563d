import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

/** CBC-DES as SNMP uses it (RFC 3414 §8). OpenSSL 3 has no DES any more, and three times DES with one key is that. */
const THREE_TIMES = 'des-ede3-cbc'
const BLOCK = 8
/** Of the localised key: eight bytes are the key, the next eight are mixed into each start. */
const KEY_END = 8
const MIX_END = 16

export interface Sealed {
  readonly encryptedPdu: Buffer
  /** The salt, which the other end needs to open it. */
  readonly msgPrivacyParameters: Buffer
}

/** `localizedKey`: 16 bytes or more (RFC 3414 §2.6). */
export function desEncrypt(pdu: Uint8Array, localizedKey: Uint8Array, boots: number): Sealed {
  const salt = randomBytes(BLOCK)
  salt.writeUInt32BE(boots >>> 0)
  const padded = Buffer.alloc(Math.ceil(pdu.length / BLOCK) * BLOCK)
  padded.set(pdu)
  const cipher = createCipheriv(THREE_TIMES, threeTimes(localizedKey), startOf(localizedKey, salt)).setAutoPadding(false)
  return { encryptedPdu: Buffer.concat([cipher.update(padded), cipher.final()]), msgPrivacyParameters: salt }
}

/** Throws where it is no whole number of blocks, or has no salt. */
export function desDecrypt(encrypted: Uint8Array, localizedKey: Uint8Array, salt: Uint8Array): Buffer {
  if (salt.length !== BLOCK) throw new RangeError('no salt')
  const decipher = createDecipheriv(THREE_TIMES, threeTimes(localizedKey), startOf(localizedKey, salt)).setAutoPadding(false)
  return Buffer.concat([decipher.update(encrypted), decipher.final()])
}

function threeTimes(localizedKey: Uint8Array): Buffer {
  const key = localizedKey.subarray(0, KEY_END)
  return Buffer.concat([key, key, key])
}
const startOf = (localizedKey: Uint8Array, salt: Uint8Array): Uint8Array =>
  localizedKey.slice(KEY_END, MIX_END).map((byte, i) => byte ^ salt[i]!)
