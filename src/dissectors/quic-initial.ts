/**
 * Opens QUIC Initial packets, whose keys follow from a salt and the connection id that anybody can read (RFC 9001 §5.2, §5.4; RFC 9369 §3.3). The tag is not
 * verified: the caller sees whether frames make sense.
 */
import { aesBlock, aesGcmText, aesSchedule, setAesKey } from '../lib/crypto/aes-ctr.ts'
import { hkdfExpand, hkdfLabel, hmac, hmacKey, setHmacKey } from '../lib/crypto/hkdf.ts'

/** A version of QUIC whose Initials we can open: its salt, taken in once, and its labels. */
export interface QuicVersion {
  readonly name: string
  readonly salt: ReturnType<typeof hmacKey>
  readonly v2: boolean
}

const salted = (hex: string) => {
  const salt = Uint8Array.from({ length: hex.length / 2 }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16))
  const key = hmacKey()
  setHmacKey(key, salt, 0, salt.length)
  return key
}
const DRAFT_22 = salted('7fbcdb0e7c66bbe9193a96cd21519ebd7a02644a')
const DRAFT_23 = salted('c3eef712c72ebb5a11a7d2432bb46365bef9f502')
const DRAFT_29 = salted('afbfec289993d24c9e9786f19c6111e04390a899')
const V1 = salted('38762cf7f55934b34d179ae6a4c80cadccbb7f0a')
const V2 = salted('0dede3def700a6db819381be6e269dcbf9bd2ed9')
// Google's own, before it took the IETF's.
const Q050 = salted('504574efd066fe2f9d945cfcdbd3a7f0d3b56b45')
const T050 = salted('7ff579e5acd072915580304c43a2367c60488310')
const T051 = salted('7a4edef4e7ccee5fa4506c19124fc8ccda6e033d')

const VERSIONS = new Map<number, QuicVersion>()
const add = (number: number, name: string, salt: ReturnType<typeof hmacKey>, v2 = false) => VERSIONS.set(number, { name, salt, v2 })
add(1, 'v1', V1)
add(0x6b3343cf, 'v2', V2, true)
add(0x709a50c4, 'v2 draft', salted('a707c203a59b47184a1d62ca570406ea7ae3e5d3'), true)
for (let draft = 22; draft <= 34; draft++) {
  const salt = draft === 22 ? DRAFT_22 : draft < 29 ? DRAFT_23 : draft < 33 ? DRAFT_29 : V1
  add(0xff000000 + draft, `draft-${draft}`, salt)
}
// 'T050', 'T051', 'Q050'
add(0x54303530, 'T050', T050)
add(0x54303531, 'T051', T051)
add(0x51303530, 'Q050', Q050)
// Facebook's mvfst.
add(0xfaceb001, 'mvfst-22', DRAFT_22)
add(0xfaceb002, 'mvfst-27', DRAFT_23)
add(0xfaceb003, 'mvfst-alias', DRAFT_23)
add(0xfaceb00e, 'mvfst-exp', DRAFT_23)
add(0xfaceb010, 'mvfst-alias-2', DRAFT_29)

export const quicVersion = (number: number): QuicVersion | undefined => VERSIONS.get(number)

/** The keys of one direction's Initials. */
export interface InitialKeys {
  readonly text: Int32Array
  readonly header: Int32Array
  readonly iv: Uint8Array
}
export const initialKeys = (): InitialKeys => ({ text: aesSchedule(), header: aesSchedule(), iv: new Uint8Array(12) })

const CLIENT_IN = hkdfLabel('client in', 32)
const LABELS_V1 = { key: hkdfLabel('quic key', 16), iv: hkdfLabel('quic iv', 12), hp: hkdfLabel('quic hp', 16) }
const LABELS_V2 = { key: hkdfLabel('quicv2 key', 16), iv: hkdfLabel('quicv2 iv', 12), hp: hkdfLabel('quicv2 hp', 16) }
const secret = new Uint8Array(32)
const material = new Uint8Array(32)
const prk = hmacKey()

/** Derives the client's keys from the destination connection id of its first Initial. */
export function deriveClientKeys(version: QuicVersion, b: Uint8Array, dcidAt: number, dcidLen: number, keys: InitialKeys): void {
  const labels = version.v2 ? LABELS_V2 : LABELS_V1
  hmac(version.salt, b, dcidAt, dcidAt + dcidLen, secret)
  setHmacKey(prk, secret, 0, 32)
  hkdfExpand(prk, CLIENT_IN, secret)
  setHmacKey(prk, secret, 0, 32)
  hkdfExpand(prk, labels.key, material)
  setAesKey(keys.text, material)
  hkdfExpand(prk, labels.hp, material)
  setAesKey(keys.header, material)
  hkdfExpand(prk, labels.iv, material)
  for (let i = 0; i < 12; i++) keys.iv[i] = material[i]!
}

const MAX_PLAIN = 16_384
const TAG_LEN = 16
const SAMPLE_LEN = 16
/** Bytes deciphered at a time: a hello often ends long before the padding does. */
const STEP = 256

const mask = new Uint8Array(16)
const nonce = new Uint8Array(12)

/** The text of one Initial, deciphered as far as `upTo` was asked for. One object, reused. */
export const plain = {
  bytes: new Uint8Array(MAX_PLAIN),
  length: 0,
  ready: 0,
  keys: initialKeys(),
  source: new Uint8Array(0) as Uint8Array,
  at: 0,

  /** Makes the first `n` bytes ready; false when the text is shorter. */
  upTo(n: number): boolean {
    if (n <= this.ready) return true
    if (n > this.length) return false
    const to = Math.min(this.length, (n + STEP - 1) & ~(STEP - 1))
    const from = this.ready
    aesGcmText(this.keys.text, nonce, from >> 4, this.source, this.at + from, this.at + to, this.bytes, from)
    this.ready = to
    return true
  },
}

/**
 * Takes the protection off the header of the Initial whose packet number lies at `pnAt` and which ends at `end`, and makes `plain` its text. False
 * when it is too short.
 */
export function openInitial(b: Uint8Array, firstAt: number, pnAt: number, end: number, keys: InitialKeys): boolean {
  if (end - pnAt < 4 + SAMPLE_LEN) return false
  aesBlock(keys.header, b, pnAt + 4, mask)
  const pnLen = ((b[firstAt]! ^ mask[0]!) & 3) + 1
  nonce.set(keys.iv)
  for (let i = 0; i < pnLen; i++) nonce[12 - pnLen + i]! ^= b[pnAt + i]! ^ mask[1 + i]!
  plain.keys = keys
  plain.source = b
  plain.at = pnAt + pnLen
  plain.length = Math.max(0, Math.min(end - TAG_LEN - plain.at, MAX_PLAIN))
  plain.ready = 0
  return plain.length > 0
}
