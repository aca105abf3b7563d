/** What the routes of saved queries share. */

import { MAX_QUERY_NAME, MAX_QUERY_VIEW, type SavedQuery } from '../lib/saved-queries.ts'
import { ApiError } from './errors.ts'
import { Type } from './json-schema.ts'

/** All that can be said of one, with every character written as \uXXXX. */
export const MAX_BODY_BYTES = 6 * (MAX_QUERY_NAME + MAX_QUERY_VIEW) + 1024

const { Number: number, Object: object, String: text } = Type

export const queryParams = object({ id: text({ minLength: 1, maxLength: 16 }) })
export const name = () => text({ minLength: 1, maxLength: MAX_QUERY_NAME })
export const view = () =>
  text({ maxLength: MAX_QUERY_VIEW, description: 'As the address of the page has it, without its question mark: by=app&range=24h' })

export const savedQuery = Type.Unsafe<SavedQuery>(
  object(
    {
      id: text(),
      name: text(),
      view: text({ description: 'As the address of the page has it' }),
      savedMs: number({ description: 'When it was saved or changed, epoch milliseconds' }),
      usedMs: number({ description: 'When somebody opened it last, epoch milliseconds' }),
    },
    { title: 'SavedQuery' },
  ),
)

export const unknownQuery = (): ApiError => new ApiError('not-found', 'there is no such query (any more)', { field: 'id' })

/** A name is more than blanks. */
export function shownName(text: string): string {
  const shown = text.trim()
  if (shown === '') throw new ApiError('bad-parameter', 'name must not be empty', { field: 'name' })
  return shown
}
