/**
 * While the pointer is over a list its rows keep their places: what is known is renewed where it stands, what is new comes at the end, and what
 * has left stays, marked as gone, until the pointer leaves.
 */
export interface Held<T> {
  readonly rows: readonly T[]
  /** Keys of the rows that are no longer in the answer. */
  readonly gone: ReadonlySet<string>
  /** Whether the order shown differs from the one answered. */
  readonly held: boolean
}

const NOBODY: ReadonlySet<string> = new Set()

export function asAnswered<T>(rows: readonly T[]): Held<T> {
  return { rows, gone: NOBODY, held: false }
}

export function holdOrder<T>(before: readonly T[], answered: readonly T[], keyOf: (row: T) => string): Held<T> {
  const fresh = new Map(answered.map((row) => [keyOf(row), row]))
  const gone = new Set<string>()
  const rows = before.map((row) => {
    const key = keyOf(row)
    const now = fresh.get(key)
    if (now === undefined) {
      gone.add(key)
      return row
    }
    fresh.delete(key)
    return now
  })
  rows.push(...fresh.values())
  const held = rows.length !== answered.length || rows.some((row, i) => row !== answered[i])
  return { rows, gone, held }
}
