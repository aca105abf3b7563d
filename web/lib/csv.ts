/** Rows as files. Figures are exact, times ISO 8601. */
import type { FieldKind, Fields } from '../../src/lib/fields.ts'

type Row = Readonly<Record<string, unknown>>

/** A spreadsheet takes these at the start of a cell for a formula; text from the wire must not become one. */
const FORMULA = /^[=+\-@\t\r]/

function cell(value: unknown, kind: FieldKind | undefined): string {
  if (value === undefined || value === null) return ''
  if (kind === 'timeMs' && typeof value === 'number') return Number.isFinite(value) ? new Date(value).toISOString() : ''
  const text = Array.isArray(value) ? value.join('; ') : String(value)
  const safe = typeof value === 'string' && FORMULA.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** RFC 4180, the field names as head. */
export function toCsv(rows: readonly Row[], columns: readonly string[], fields: Fields): string {
  const lines = rows.map((row) => columns.map((name) => cell(row[name], fields[name]?.kind)).join(','))
  return `${[columns.join(','), ...lines].join('\r\n')}\r\n`
}
