/** The filter language in DuckDB's SQL, on files whose addresses are text. */
import type { SqlDialect } from '../query/sql.ts'
import { type AddressWords, formatAddress, formatIpv4, isIpv4 } from '../wire/address.ts'
import { quoted } from './duck.ts'

const LAST_BYTE = 255

/** What a connection needs before conditions of this dialect: an address as 32 hexadecimal digits, IPv4 as ::ffff:0:0/96, so that they sort as addresses do. */
export const ADDRESS_MACROS = [
  `CREATE OR REPLACE TEMP MACRO ip4_hex(t) AS printf('00000000000000000000ffff%02x%02x%02x%02x', ` +
    [1, 2, 3, 4].map((n) => `coalesce(try_cast(split_part(t, '.', ${n}) AS INTEGER), 0)`).join(', ') +
    ')',
  `CREATE OR REPLACE TEMP MACRO ip6_groups(t) AS CASE WHEN t = '' THEN [] ELSE list_transform(string_split(t, ':'), g -> lpad(g, 4, '0')) END`,
  `CREATE OR REPLACE TEMP MACRO ip6_hex(t) AS CASE WHEN contains(t, '::') THEN ` +
    `array_to_string(ip6_groups(split_part(t, '::', 1)), '') || ` +
    `repeat('0', 32 - 4 * (len(ip6_groups(split_part(t, '::', 1))) + len(ip6_groups(split_part(t, '::', 2))))) || ` +
    `array_to_string(ip6_groups(split_part(t, '::', 2)), '') ELSE array_to_string(ip6_groups(t), '') END`,
  `CREATE OR REPLACE TEMP MACRO ip_hex(t) AS CASE WHEN contains(t, ':') THEN ip6_hex(t) ELSE ip4_hex(t) END`,
]

const escaped = (text: string) => text.replace(/[\\%_]/g, '\\$&')

export const duckDialect: SqlDialect = {
  text: quoted,
  lower: (column) => `lower(${column})`,
  contains: (column, text) => `contains(${column}, ${quoted(text)})`,
  starts: (column, text) => `starts_with(${column}, ${quoted(text)})`,
  ends: (column, text) => `ends_with(${column}, ${quoted(text)})`,
  like: (column, pattern) => `${column} LIKE ${quoted(escaped(pattern).replaceAll('*', '%').replaceAll('?', '_'))} ESCAPE '\\'`,
  anyLine: (column, condition) => `len(list_filter(string_split(${column}, chr(10)), line -> line <> '' AND ${condition('line')})) > 0`,
  addressBetween,
}

function addressBetween(column: string, from: AddressWords, to: AddressWords): string {
  if (from.every((word, i) => word === to[i])) return `${column} = ${quoted(formatAddress(...from))}`
  const exact = `ip_hex(${column}) BETWEEN '${hex(from)}' AND '${hex(to)}'`
  if (isIpv4(from[0], from[1], from[2]) && isIpv4(to[0], to[1], to[2])) return ipv4Between(column, from[3] >>> 0, to[3] >>> 0)
  const common = commonGroups(from, to)
  // A cheap look first, where all addresses of the network begin alike as text too.
  return common === '' ? exact : `(starts_with(${column}, ${quoted(common)}) AND ${exact})`
}

/** Whole octets are told by how the text begins; within the first octet that differs, by its number. */
function ipv4Between(column: string, from: number, to: number): string {
  const [a, b] = [octets(from), octets(to)]
  let same = 0
  while (same < 3 && a[same] === b[same]) same++
  const begins = same === 0 ? `NOT contains(${column}, ':')` : `starts_with(${column}, ${quoted(`${a.slice(0, same).join('.')}.`)})`
  const isWhole = a.slice(same + 1).every((octet) => octet === 0) && b.slice(same + 1).every((octet) => octet === LAST_BYTE)
  if (!isWhole) return `(${begins} AND ip_hex(${column}) BETWEEN '${hex([0, 0, 0xffff, from])}' AND '${hex([0, 0, 0xffff, to])}')`
  if (a[same] === 0 && b[same] === LAST_BYTE) return `(${begins})`
  return `(${begins} AND try_cast(split_part(${column}, '.', ${same + 1}) AS INTEGER) BETWEEN ${a[same]} AND ${b[same]})`
}
const octets = (word: number) => formatIpv4(word).split('.').map(Number)

/** How the text of every address between the two begins; '' where noughts could be left out of it. */
function commonGroups(from: AddressWords, to: AddressWords): string {
  const groups = (words: AddressWords) => words.flatMap((word) => [word >>> 16, word & 0xffff])
  const [a, b] = [groups(from), groups(to)]
  let text = ''
  for (let i = 0; i < 8 && a[i] === b[i] && a[i] !== 0; i++) text += `${a[i]!.toString(16)}:`
  return text
}
const hex = (words: readonly number[]) => words.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('')
