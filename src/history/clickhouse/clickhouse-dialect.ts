/** The filter language in ClickHouse's SQL, on tables whose addresses are of the type IPv6. */
import type { SqlDialect } from '../../query/sql.ts'
import { type AddressWords, formatAddress } from '../../wire/address.ts'

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', "'": "\\'", '\0': '\\0' }
/** As a text in SQL. */
export const quoted = (text: string): string => `'${text.replace(/[\\'\0]/g, (char) => ESCAPES[char]!)}'`
/** As a name in SQL. */
export const named = (name: string): string => `\`${name.replace(/[\\`]/g, '\\$&')}\``

const escaped = (text: string) => text.replace(/[\\%_]/g, '\\$&')
const literal = (words: AddressWords) => `toIPv6('${formatAddress(...words)}')`

export const clickHouseDialect: SqlDialect = {
  text: quoted,
  lower: (column) => `lowerUTF8(${column})`,
  contains: (column, text) => `position(${column}, ${quoted(text)}) > 0`,
  starts: (column, text) => `startsWith(${column}, ${quoted(text)})`,
  ends: (column, text) => `endsWith(${column}, ${quoted(text)})`,
  like: (column, pattern) => `${column} LIKE ${quoted(escaped(pattern).replaceAll('*', '%').replaceAll('?', '_'))}`,
  anyLine: (column, condition) => `arrayExists(line -> line <> '' AND ${condition('line')}, splitByChar('\\n', ${column}))`,
  addressBetween: (column, from, to) =>
    from.every((word, i) => word === to[i]) ? `${column} = ${literal(from)}` : `${column} BETWEEN ${literal(from)} AND ${literal(to)}`,
}

/** The text of an address, IPv4 without its prefix. Of the few that have two forms in text (::1.2.3.4) it is the one of the database. */
export const addressText = (column: string): string => {
  const text = `IPv6NumToString(${column})`
  return `if(startsWith(${text}, '::ffff:') AND position(${text}, '.') > 0, substring(${text}, 8), ${text})`
}
