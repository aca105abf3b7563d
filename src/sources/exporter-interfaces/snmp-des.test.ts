import { expect, test } from 'vitest'
import { desDecrypt, desEncrypt } from './snmp-des.ts'

/** Zeros are mixed in, so the salt alone begins the chain. */
const key = Buffer.concat([Buffer.from('133457799bbcdff1', 'hex'), Buffer.alloc(8)])

test('is DES: the example that textbooks work through', () => {
  expect(desDecrypt(Buffer.from('85e813540f0ab405', 'hex'), key, Buffer.alloc(8)).toString('hex')).toBe('0123456789abcdef')
})

test('what is sealed can be opened, filled up to whole blocks, and its salt holds the boots', () => {
  const { encryptedPdu, msgPrivacyParameters } = desEncrypt(Buffer.from('a scoped PDU'), key, 7)
  expect([encryptedPdu.length, msgPrivacyParameters.readUInt32BE(0)]).toEqual([16, 7])
  expect(desDecrypt(encryptedPdu, key, msgPrivacyParameters).toString()).toBe('a scoped PDU\0\0\0\0')
})

test.each([
  ['a part of a block', 9, 8],
  ['no salt', 8, 0],
])('%s is refused', (_, length, salt) => {
  expect(() => desDecrypt(Buffer.alloc(length), key, Buffer.alloc(salt))).toThrow()
})
