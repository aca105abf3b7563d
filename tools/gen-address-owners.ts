/**
 * Writes assets/autonomous-systems.br and assets/countries.br from the packages @ip-location-db/asn and @ip-location-db/geo-whois-asn-country: ranges as
 * names/range-table.ts has them, and the names of autonomous systems, packed by Brotli. `--check` only compares.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib'
import { beginnings, encodeRanges, type Range, without } from '../src/names/range-table.ts'
import { isIpv4, type Network, parseNetwork } from '../src/wire/address.ts'

/**
 * Nobody's, though registries hold entries for their administration: what IANA lists for special purposes and is not global (RFC 6890), multicast, and IPv6 that is no
 * global unicast (RFC 4291 §2.4).
 */
const NOBODYS = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24'],
  ...['192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/3'],
  ...['::/3', '2001:db8::/32', '3fff::/20', '4000::/2', '8000::/1'],
].map((text) => parseNetwork(text)!)

interface Ends<N> {
  readonly from: N
  readonly to: N
}
const isOfIpv4 = ({ words: [w0, w1, w2] }: Network) => isIpv4(w0, w1, w2)
const FOUR: readonly Ends<number>[] = NOBODYS.filter(isOfIpv4).map(({ words, bits }) => {
  const from = words[3] >>> 0
  return { from, to: from + 2 ** (128 - bits) - 1 }
})
const SIX: readonly Ends<bigint>[] = NOBODYS.filter((network) => !isOfIpv4(network)).map(({ words: [w0, w1], bits }) => {
  const from = (BigInt(w0 >>> 0) << 32n) | BigInt(w1 >>> 0)
  return { from, to: from + (1n << BigInt(64 - bits)) - 1n }
})

const packageFolder = (name: string) => new URL(`../node_modules/@ip-location-db/${name}/`, import.meta.url)

/** Lines of from,to,rest. */
function* lines(name: string, file: string): Generator<[from: bigint, to: bigint, rest: string]> {
  for (const line of readFileSync(new URL(file, packageFolder(name)), 'utf8').split('\n')) {
    const [, from, to, rest] = /^(\d+),(\d+),(.*)$/.exec(line.trimEnd()) ?? []
    if (rest !== undefined) yield [BigInt(from!), BigInt(to!), rest]
  }
}

/** IPv6 by its first 64 bits. */
function* halves(ranges: Iterable<[bigint, bigint, string]>): Generator<[bigint, bigint, string]> {
  for (const [from, to, rest] of ranges) yield [from >> 64n, to >> 64n, rest]
}

const before = (n: number) => n - 1
const after = (n: number) => n + 1
const longBefore = (n: bigint) => n - 1n
const longAfter = (n: bigint) => n + 1n

function encoded(
  v4: Iterable<[bigint, bigint, string]>,
  v6: Iterable<[bigint, bigint, string]>,
  valueIn: (rest: string) => number,
): Uint8Array {
  const four: Range<number>[] = [...v4].map(([from, to, rest]) => ({ from: Number(from), to: Number(to), value: valueIn(rest) }))
  const six: Range<bigint>[] = [...halves(v6)].map(([from, to, rest]) => ({ from, to, value: valueIn(rest) }))
  return encodeRanges(
    beginnings([...without(four, FOUR, before, after)], after).filter(({ from }) => from < 2 ** 32),
    beginnings([...without(six, SIX, longBefore, longAfter)], longAfter).filter(({ from }) => from < 2n ** 64n),
  )
}

const names = new Map<number, string>()
function systemOf(rest: string): number {
  const [, number, quoted, plain] = /^(\d+),(?:"(.*)"|(.*))$/.exec(rest)!
  const name = (quoted?.replaceAll('""', '"') ?? plain ?? '').trim()
  if (name !== '' && !names.has(Number(number))) names.set(Number(number), name)
  return Number(number)
}
const systems = encoded(lines('asn', 'asn-ipv4-num.csv'), lines('asn', 'asn-ipv6-num.csv'), systemOf)
const sorted = [...names].sort(([a], [b]) => a - b)
const nameLines = Buffer.from(sorted.map(([number, name], i) => `${number - (sorted[i - 1]?.[0] ?? 0)}\t${name}\n`).join(''))
const countries = encoded(
  lines('geo-whois-asn-country', 'geo-whois-asn-country-ipv4-num.csv'),
  lines('geo-whois-asn-country', 'geo-whois-asn-country-ipv6-num.csv'),
  (rest) => (/^[A-Z]{2}$/.test(rest) ? rest.charCodeAt(0) * 256 + rest.charCodeAt(1) : 0),
)

const PACKING = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 }

/** Length of the ranges, the ranges, and what follows them. */
function written(path: string, ranges: Uint8Array, rest: Uint8Array): void {
  const head = Buffer.alloc(4)
  head.writeUInt32LE(ranges.length)
  const wanted = Buffer.concat([head, ranges, rest])
  const target = new URL(`../${path}`, import.meta.url)
  // What is packed is compared: packing takes long, and another version of it may do it otherwise.
  if (existsSync(target) && brotliDecompressSync(readFileSync(target)).equals(wanted)) return
  if (process.argv.includes('--check')) {
    console.error(`${path} is out of date: run npm run gen`)
    process.exitCode = 1
  } else writeFileSync(target, brotliCompressSync(wanted, { params: PACKING }))
}
written('assets/autonomous-systems.br', systems, nameLines)
written('assets/countries.br', countries, new Uint8Array(0))
