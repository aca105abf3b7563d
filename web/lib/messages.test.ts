import { expect, test } from 'vitest'
import { t } from './messages.ts'

test('what is filled in is text, never again a placeholder', () => {
  expect(t('upload.failed', { name: '{message}', message: '$& {name}' })).toBe('{message}: $& {name}')
})
test('numbers are grouped, plurals chosen', () => {
  expect(t('rows.count', { n: 1 })).toBe('1 row')
  expect(t('rows.count', { n: 12345 })).toBe('12,345 rows')
})
test('what is not given is empty', () => expect(t('ago')).toBe(' ago'))
