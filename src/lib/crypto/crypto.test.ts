import { createCipheriv, createHash, createHmac, hkdfSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { AES_256_KEY_LEN, aesBlock, aesGcmText, aesSchedule, setAesKey } from './aes-ctr.ts'
import { hkdfExpand, hkdfLabel, hmac, hmacKey, setHmacKey } from './hkdf.ts'
import { md5 } from './md5.ts'
import { sha1 } from './sha1.ts'
import { sha256 } from './sha256.ts'

let seed = 0x5eed
const random = () => (seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0) >>> 24
const bytes = (length: number) => Uint8Array.from({ length }, random)
const hex = (b: Uint8Array) => Buffer.from(b).toString('hex')
const unhex = (s: string) => new Uint8Array(Buffer.from(s, 'hex'))
const LENGTHS = [...Array.from({ length: 140 }, (_, i) => i), 1000, 4097]

describe('digests agree with the runtime at every length around a block, at any offset', () => {
  test.each([
    ['md5', md5, 16],
    ['sha1', sha1, 20],
    ['sha256', sha256, 32],
  ] as const)('%s', (name, digest, length) => {
    for (const n of LENGTHS) {
      const padded = bytes(n + 7)
      const out = new Uint8Array(length)
      digest(padded, 3, 3 + n, out)
      expect(hex(out), `${n} bytes`).toBe(
        createHash(name)
          .update(padded.subarray(3, 3 + n))
          .digest('hex'),
      )
    }
  })
})

test('HMAC agrees with the runtime, and a key serves more than once', () => {
  const key = hmacKey()
  const out = new Uint8Array(32)
  for (const keyLength of [0, 1, 20, 32, 64]) {
    const secret = bytes(keyLength)
    setHmacKey(key, secret, 0, keyLength)
    for (const n of [0, 8, 55, 56, 64, 65, 200]) {
      const message = bytes(n)
      hmac(key, message, 0, n, out)
      expect(hex(out)).toBe(createHmac('sha256', secret).update(message).digest('hex'))
    }
  }
})

test('AES-128 enciphers the block of FIPS 197 appendix C.1', () => {
  const schedule = aesSchedule()
  setAesKey(schedule, unhex('000102030405060708090a0b0c0d0e0f'))
  const out = new Uint8Array(16)
  aesBlock(schedule, unhex('00112233445566778899aabbccddeeff'), 0, out)
  expect(hex(out)).toBe('69c4e0d86a7b0430d8cdb78070b4c55a')
})

test('AES-256 enciphers the block of FIPS 197 appendix C.3', () => {
  const schedule = aesSchedule(AES_256_KEY_LEN)
  setAesKey(schedule, unhex('000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f'))
  const out = new Uint8Array(16)
  aesBlock(schedule, unhex('00112233445566778899aabbccddeeff'), 0, out)
  expect(hex(out)).toBe('8ea2b7ca516745bfeafc49904b496089')
})

test('text deciphered in two steps is what GCM enciphered', () => {
  const schedule = aesSchedule()
  for (const n of [0, 1, 15, 16, 17, 31, 32, 100, 1162]) {
    const key = bytes(16)
    const nonce = bytes(12)
    const plain = bytes(n)
    const cipher = createCipheriv('aes-128-gcm', key, nonce)
    const text = new Uint8Array(Buffer.concat([cipher.update(plain), cipher.final()]))
    setAesKey(schedule, key)
    const out = new Uint8Array(n)
    const first = Math.min(n, 32)
    aesGcmText(schedule, nonce, 0, text, 0, first, out, 0)
    aesGcmText(schedule, nonce, 2, text, first, n, out, first)
    expect(hex(out)).toBe(hex(plain))
  }
})

describe('RFC 9001 appendix A.1', () => {
  const salt = unhex('38762cf7f55934b34d179ae6a4c80cadccbb7f0a')
  const dcid = unhex('8394c8f03e515708')
  const key = hmacKey()
  const secret = new Uint8Array(32)
  const out = new Uint8Array(32)
  const expand = (from: Uint8Array, label: string, length: number) => {
    setHmacKey(key, from, 0, 32)
    hkdfExpand(key, hkdfLabel(label, length), out)
    return hex(out.subarray(0, length))
  }

  test('the label is written as the RFC prints it', () => {
    expect(hex(hkdfLabel('client in', 32))).toBe('00200f746c73313320636c69656e7420696e0001')
    expect(hex(hkdfLabel('quic key', 16))).toBe('00100e746c7331332071756963206b65790001')
  })

  test('secrets, keys, iv and hp of the client', () => {
    setHmacKey(key, salt, 0, salt.length)
    hmac(key, dcid, 0, dcid.length, secret)
    expect(hex(secret)).toBe('7db5df06e7a69e432496adedb00851923595221596ae2ae9fb8115c1e9ed0a44')
    const client = expand(secret, 'client in', 32)
    expect(client).toBe('c00cf151ca5be075ed0ebfb5c80323c42d6b7db67881289af4008f1f6c357aea')
    expect(expand(unhex(client), 'quic key', 16)).toBe('1f369613dd76d5467730efcbe3b1a22d')
    expect(expand(unhex(client), 'quic iv', 12)).toBe('fa044b2f42a3fd3b46fb255c')
    expect(expand(unhex(client), 'quic hp', 16)).toBe('9f50449e04a0e810283a1e9933adedd2')
  })

  test('the runtime expands to the same', () => {
    setHmacKey(key, salt, 0, salt.length)
    hmac(key, dcid, 0, dcid.length, secret)
    const info = hkdfLabel('client in', 32).slice(0, -1)
    expect(hex(new Uint8Array(hkdfSync('sha256', dcid, salt, info, 32)))).toBe(expand(secret, 'client in', 32))
  })
})
