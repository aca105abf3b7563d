import type { Dimension } from '../../../src/lib/history.ts'
import { quoted } from '../../components/value.tsx'
import { t } from '../../lib/messages.ts'

const NUMBERS: readonly Dimension[] = ['clientAs', 'serverAs', 'clientPort', 'serverPort', 'vlan', 'inInterface', 'outInterface']

/** A value of a dimension as a person reads it; what is absent has a word. */
export function valueName(dimension: Dimension, value: string): string {
  const isAbsent = value === '' || (value === '0' && NUMBERS.includes(dimension))
  if (dimension === 'vlan' && value === '0') return t('past.untagged')
  return isAbsent ? t('past.absent') : value
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
