/**
 * A filter that wants a flow to have one of few addresses at an end, taken apart into what each end must be. A condition on one column is looked for in the
 * statistics and Bloom filters of Parquet files, and of what it skips nothing else is read; one on either of two columns is tried on every row.
 */
import type { Fields } from '../lib/fields.ts'
import { type Filter, membersOf, type Test, type Value } from '../query/grammar.ts'
import { formatAddress } from '../wire/address.ts'

const EITHER_END = ['client', 'server']
const ADDRESS_BITS = 128

export interface ByEnd {
  /** As text. */
  readonly addresses: readonly string[]
  /** The ends that may have one: both, or the one that is named. */
  readonly ends: readonly string[]
  /** What else must be; an `and` of nothing where that is all. */
  readonly rest: Filter
}

/** Undefined: it wants no such thing of every flow. */
export function byEnd(filter: Filter, fields: Fields): ByEnd | undefined {
  const terms = filter.type === 'and' ? filter.terms : [filter]
  for (const term of terms) {
    const ends = term.type === 'test' && (term.is === '=' || term.is === 'in') ? endsOf(term, fields) : undefined
    if (ends === undefined) continue
    const addresses = (term as Test).values.map(addressOf)
    if (addresses.every((address) => address !== undefined))
      return { addresses, ends, rest: { type: 'and', terms: terms.filter((other) => other !== term) } }
  }
  return undefined
}

function endsOf(test: Test, fields: Fields): readonly string[] | undefined {
  const ends = [...new Set(test.values.flatMap((value) => membersOf(fields, test, value)))]
  return ends.length > 0 && ends.every((name) => EITHER_END.includes(name)) ? ends : undefined
}
/** Undefined: it is no single address; nor is ::, which files do not have. */
function addressOf(value: Value): string | undefined {
  if (value.type !== 'network' || value.bits !== ADDRESS_BITS || value.vlan !== undefined) return undefined
  const text = formatAddress(...value.words)
  return text === '::' ? undefined : text
}
