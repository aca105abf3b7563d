import { HistoryFault } from '../../lib/history.ts'
import { ClickHouseError } from './clickhouse-http.ts'

/** Codes that say that a question took more than it may. */
const TOO_MUCH: Readonly<Record<number, string>> = {
  158: 'it would read too many records: ask for less time, or with another filter',
  159: 'it took too long: ask for less time, or for fewer columns',
  241: 'it takes too much memory: ask for less time, or for fewer groups',
  277: 'it would read all that is kept: say which time, as in WHERE lastSeen >= now() - INTERVAL 1 DAY',
  307: 'it would read too much: ask for less time, or for fewer columns',
}

/** What goes wrong with a question, as who asked is told. */
export function faultOf(error: Error, server: string): Error {
  if (!(error instanceof ClickHouseError)) return error
  const { code, message } = error
  if (code === undefined) return new HistoryFault(`${server} does not answer: ${message}`)
  return new HistoryFault(TOO_MUCH[code] ?? `${server}: ${message}`)
}
