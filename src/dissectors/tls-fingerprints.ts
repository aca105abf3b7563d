/**
 * What a hello lists, and the fingerprints made of it: JA3, JA3S and JA4 (FoxIO's technical description; of the JA4+ family this one alone is free). Nearly
 * all hellos come from a few programs, so that digests are worked out only for lists not seen lately.
 */
import { md5 } from '../lib/crypto/md5.ts'
import { sha256 } from '../lib/crypto/sha256.ts'
import { wireText } from '../wire/text.ts'
import { Recent } from './recent.ts'
import { groupName, isPostQuantum, versionName } from './tls-names.ts'

export const SERVER_NAME = 0
export const ALPN = 16

const MAX_SUITES = 1024
export const MAX_LIST = 256
const MAX_TEXTS = 16

/** A list of 16-bit numbers without GREASE (RFC 8701), as the fingerprints want it. */
class Numbers {
  readonly at: Uint16Array
  count = 0
  constructor(max: number) {
    this.at = new Uint16Array(max)
  }
  add(n: number): void {
    if (this.count < this.at.length && !isGrease(n)) this.at[this.count++] = n
  }
  /** The numbers in [at, end), of two bytes each. */
  read(b: Uint8Array, at: number, end: number): void {
    const stop = Math.min(end - 1, at + 2 * this.at.length)
    for (; at < stop; at += 2) this.add((b[at]! << 8) | b[at + 1]!)
  }
  sort(): void {
    if (this.count > 64) {
      this.at.subarray(0, this.count).sort()
      return
    }
    const a = this.at
    for (let i = 1; i < this.count; i++) {
      const x = a[i]!
      let j = i - 1
      for (; j >= 0 && a[j]! > x; j--) a[j + 1] = a[j]!
      a[j + 1] = x
    }
  }
}
/** RFC 8701. */
export const isGrease = (n: number) => (n & 0x0f0f) === 0x0a0a && n >> 8 === (n & 255)

/** The lists of the hello being read. */
export const suites = new Numbers(MAX_SUITES)
export const extensions = new Numbers(MAX_LIST)
export const groups = new Numbers(MAX_LIST)
export const pointFormats = new Numbers(MAX_LIST)
export const signatures = new Numbers(MAX_LIST)
export const versions = new Numbers(MAX_LIST)
/** Groups for which the client gives its share of a key at once. */
export const keyShares = new Numbers(MAX_TEXTS)
/** ALPN names as they lie in the extension, each behind its length, a byte in each number. */
export const alpnBytes = new Numbers(MAX_TEXTS * 256)
/** Which lists the hello has at all, and whether it asks for an address instead of a name. */
export const has = { addressAsName: false, versions: false, alpn: false }

export function beginLists(): void {
  suites.count = extensions.count = groups.count = pointFormats.count = signatures.count = versions.count = alpnBytes.count = 0
  keyShares.count = 0
  has.addressAsName = has.versions = has.alpn = false
}

/** What follows from the lists of a client hello. Shared by all hellos with the same lists. */
export interface ClientPrint {
  readonly ja3: string
  readonly ja4: string
  readonly versions: readonly string[]
  readonly alpn: readonly string[] | undefined
}
const clients = new Recent<ClientPrint>(4096)
// Browsers that shuffle their extensions make every hello a new one, of which these parts stay the same.
const versionLists = new Recent<readonly string[]>(128)
const alpnLists = new Recent<readonly string[]>(256)
const sortedHashes = new Recent<string>(1024)

export function clientPrint(legacy: number, over: 't' | 'd' | 'q'): ClientPrint {
  const flags = (has.addressAsName ? 1 : 0) | (has.versions ? 2 : 0) | (has.alpn ? 4 : 0)
  clients.begin().add(over.charCodeAt(0)).add(legacy).add(flags)
  clients.addAll(suites.at, suites.count).addAll(extensions.at, extensions.count).addAll(groups.at, groups.count)
  clients.addAll(pointFormats.at, pointFormats.count).addAll(signatures.at, signatures.count)
  clients.addAll(versions.at, versions.count).addAll(alpnBytes.at, alpnBytes.count)
  return clients.find() ?? clients.keep(workOutClient(legacy, over))
}
function workOutClient(legacy: number, over: string): ClientPrint {
  const offered = versionsOffered() ?? [versionName(legacy)]
  return { ja3: ja3(legacy), ja4: ja4(legacy, over), versions: offered, alpn: alpnOffered() }
}

/** The names of the versions that the client lists; undefined when it has no such list. */
export function versionsOffered(): readonly string[] | undefined {
  if (!has.versions) return undefined
  versionLists.begin().addAll(versions.at, versions.count)
  return versionLists.find() ?? versionLists.keep(Array.from(versions.at.subarray(0, Math.min(versions.count, MAX_TEXTS)), versionName))
}
export function alpnOffered(): readonly string[] | undefined {
  if (alpnBytes.count === 0) return undefined
  alpnLists.begin().addAll(alpnBytes.at, alpnBytes.count)
  return alpnLists.find() ?? alpnLists.keep(alpnNames())
}
/** What the key shares of a client hello tell. */
interface KeyShares {
  readonly groups: readonly string[]
  readonly postQuantum: boolean
}
const keyShareLists = new Recent<KeyShares>(64)
export function keySharesOffered(): KeyShares | undefined {
  if (keyShares.count === 0) return undefined
  keyShareLists.begin().addAll(keyShares.at, keyShares.count)
  const known = keyShareLists.find()
  if (known !== undefined) return known
  const offered = Array.from(keyShares.at.subarray(0, keyShares.count))
  return keyShareLists.keep({ groups: offered.map(groupName), postQuantum: offered.some(isPostQuantum) })
}
function alpnNames(): string[] {
  const names: string[] = []
  const bytes = Uint8Array.from(alpnBytes.at.subarray(0, alpnBytes.count))
  for (let at = 0; at < bytes.length && names.length < MAX_TEXTS; at += 1 + bytes[at]!)
    names.push(wireText(bytes, at + 1, at + 1 + bytes[at]!))
  return names
}

/** What follows from the lists of a server hello. */
const servers = new Recent<string>(2048)
export function ja3s(legacy: number, suite: number): string {
  servers.begin().add(legacy).add(suite).addAll(extensions.at, extensions.count)
  return servers.find() ?? servers.keep(workOutJa3s(legacy, suite))
}

/** ASCII that is to be hashed. */
const ascii = new Uint8Array(8192)
let asciiLen = 0
const digest = new Uint8Array(32)
const HEX = '0123456789abcdef'
const PAIRS = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'))

function put(code: number): void {
  if (asciiLen < ascii.length) ascii[asciiLen++] = code
}
function putDecimal(n: number): void {
  if (n >= 10_000) put(0x30 + Math.floor(n / 10_000))
  if (n >= 1000) put(0x30 + (Math.floor(n / 1000) % 10))
  if (n >= 100) put(0x30 + (Math.floor(n / 100) % 10))
  if (n >= 10) put(0x30 + (Math.floor(n / 10) % 10))
  put(0x30 + (n % 10))
}
function putDecimals(list: Numbers): void {
  for (let i = 0; i < list.count; i++) {
    if (i > 0) put(0x2d)
    putDecimal(list.at[i]!)
  }
}
function putHexes(list: Numbers): void {
  for (let i = 0; i < list.count; i++) {
    const n = list.at[i]!
    if (i > 0) put(0x2c)
    for (let shift = 12; shift >= 0; shift -= 4) put(HEX.charCodeAt((n >> shift) & 15))
  }
}
function digestHex(bytes: number): string {
  let s = ''
  for (let i = 0; i < bytes; i++) s += PAIRS[digest[i]!]
  return s
}
function md5Hex(): string {
  md5(ascii, 0, asciiLen, digest)
  return digestHex(16)
}
function sha256Start(): string {
  sha256(ascii, 0, asciiLen, digest)
  return digestHex(6)
}

function ja3(legacy: number): string {
  asciiLen = 0
  putDecimal(legacy)
  for (const list of [suites, extensions, groups, pointFormats]) {
    put(0x2c)
    putDecimals(list)
  }
  return md5Hex()
}
function workOutJa3s(legacy: number, suite: number): string {
  asciiLen = 0
  putDecimal(legacy)
  put(0x2c)
  putDecimal(suite)
  put(0x2c)
  putDecimals(extensions)
  return md5Hex()
}

const JA4_VERSIONS: Readonly<Record<number, string>> = {
  2: 's2',
  768: 's3',
  769: '10',
  770: '11',
  771: '12',
  772: '13',
  65279: 'd1',
  65277: 'd2',
  65276: 'd3',
}
const NOTHING = '000000000000'
const twoDigits = (n: number) => (n >= 99 ? '99' : n < 10 ? `0${n}` : `${n}`)

// DTLS counts downwards: 0xfeff is 1.0, 0xfefd 1.2.
const isDtls = (version: number) => version >> 8 === 0xfe
const newer = (a: number, b: number) => (b === 0 ? a : isDtls(a) ? Math.min(a, b) : Math.max(a, b))
/** The newest version offered, else the one that the head of the hello has. */
function bestVersion(legacy: number): number {
  let best = 0
  for (let i = 0; i < versions.count; i++) best = newer(versions.at[i]!, best)
  return best === 0 ? legacy : best
}

/**
 * JA4 a_b_c: a says the transport, version, server name, counts and ALPN; b hashes the suites and c the extensions, both sorted. Two characters of `a` are not
 * those of FoxIO's description but those of nDPI, with whose fingerprints users compare: 'i' where the client asks for an address, 'd' where it asks for a name or
 * nothing (FoxIO: 'i' without the extension); and the first two characters of the first ALPN (FoxIO: the first and the last).
 */
function ja4(legacy: number, over: string): string {
  const version = JA4_VERSIONS[bestVersion(legacy)] ?? '00'
  const a = `${over}${version}${has.addressAsName ? 'i' : 'd'}${twoDigits(suites.count)}${twoDigits(extensions.count)}${ja4Alpn()}`
  let kept = 0
  for (let i = 0; i < extensions.count; i++) {
    const type = extensions.at[i]!
    if (type !== SERVER_NAME && type !== ALPN) extensions.at[kept++] = type
  }
  extensions.count = kept
  return `${a}_${sortedHash(suites, undefined)}_${sortedHash(extensions, signatures)}`
}

/** The first twelve digits of the digest of `list`, sorted, and of `behind` as it is. */
function sortedHash(list: Numbers, behind: Numbers | undefined): string {
  if (list.count === 0) return NOTHING
  list.sort()
  sortedHashes.begin().addAll(list.at, list.count)
  if (behind !== undefined) sortedHashes.addAll(behind.at, behind.count)
  return sortedHashes.find() ?? sortedHashes.keep(workOutHash(list, behind))
}
function workOutHash(list: Numbers, behind: Numbers | undefined): string {
  asciiLen = 0
  putHexes(list)
  if (behind !== undefined && behind.count > 0) {
    put(0x5f)
    putHexes(behind)
  }
  return sha256Start()
}

const isAlphanumeric = (x: number) => (x >= 0x30 && x <= 0x39) || (x >= 0x41 && x <= 0x5a) || (x >= 0x61 && x <= 0x7a)
/** First two characters of the first ALPN, of one its only one twice; where one is not alphanumeric, of its hexadecimal form. */
function ja4Alpn(): string {
  const length = alpnBytes.count === 0 ? 0 : alpnBytes.at[0]!
  if (length === 0) return '00'
  const first = alpnBytes.at[1]!
  const second = alpnBytes.at[Math.min(length, 2)]!
  if (isAlphanumeric(first) && isAlphanumeric(second)) return String.fromCharCode(first, second)
  return HEX.charAt(first >> 4) + HEX.charAt(second & 15)
}
