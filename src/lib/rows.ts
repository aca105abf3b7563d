/**
 * How a table shows its rows to the filter language and to sorting, without making objects: one reader a field, called with a row number.
 * A field that is absent in a row reads as 0, '' or a zero address.
 */
export interface RowReader {
  /** Numbers, times, ports, flags as 0 and 1. */
  number(field: string): (row: number) => number
  /** Text, choices, applications, MACs as aa:bb:cc:dd:ee:ff, ids; several texts as lines. */
  text(field: string): (row: number) => string
  /** Word 0–3 (network order, signed 32 bits) of an IPv6 address; IPv4 is mapped into ::ffff:0:0/96 (RFC 4291 §2.5.5.2). */
  address(field: string): (row: number, word: number) => number
}

export type RowPredicate = (row: number) => boolean
