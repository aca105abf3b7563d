import type { Dimension } from '../../../src/lib/history.ts'
import { quoted } from '../../components/value.tsx'
import { t } from '../../lib/messages.ts'
import { type FoldedValue, OTHER } from './past-fold.ts'

const NUMBERS: readonly Dimension[] = ['clientAs', 'serverAs', 'clientPort', 'serverPort', 'vlan', 'inInterface', 'outInterface']

/** A value of a dimension as a person reads it; what is absent has a word. */
export function valueName(dimension: Dimension, value: string): string {
  const isAbsent = value === '' || (value === '0' && NUMBERS.includes(dimension))
  if (dimension === 'vlan' && value === '0') return t('past.untagged')
  if (isAbsent) return t('past.absent')
  return dimension === 'clientAs' || dimension === 'serverAs' ? `AS${value}` : value
}
/** All values of a group. */
export const nameOf = (by: readonly Dimension[], keys: readonly string[]): string =>
  keys.map((key, i) => valueName(by[i]!, key)).join(' · ')

/** Only the value, in the filter language; undefined where the language does not know the field. */
export function termOf(dimension: Dimension, value: string): string | undefined {
  if (dimension === 'interface' || dimension === 'inInterface' || dimension === 'outInterface') return undefined
  if (value === '') return `not ${dimension} exists`
  return `${dimension} = ${NUMBERS.includes(dimension) ? value : quoted(value)}`
}

/** None of these values; undefined where the language does not know the field. */
function termWithout(dimension: Dimension, values: readonly string[]): string | undefined {
  const terms = values.map((value) => termOf(dimension, value))
  if (terms.includes(undefined)) return undefined
  const listed = values.filter((value) => value !== '').map((value) => (NUMBERS.includes(dimension) ? value : quoted(value)))
  const parts = [
    ...(listed.length === 0 ? [] : [`not ${dimension} in (${listed.join(', ')})`]),
    ...(values.includes('') ? [`${dimension} exists`] : []),
  ]
  return parts.join(' and ')
}

/** Only a value, or only what is none of those that are drawn. */
export const pickedTerm = (dimension: Dimension, value: FoldedValue, drawn: readonly FoldedValue[]): string | undefined =>
  value === OTHER
    ? termWithout(
        dimension,
        drawn.filter((one) => one !== OTHER),
      )
    : termOf(dimension, value)

/** The filter with these terms beside it; undefined when one of them cannot be said. */
export function narrowed(filter: string, terms: readonly (string | undefined)[]): string | undefined {
  if (terms.includes(undefined)) return undefined
  const before = filter === '' ? [] : [/\bor\b|\|\|/i.test(filter) ? `(${filter})` : filter]
  return [...before, ...new Set(terms)].join(' and ')
}
