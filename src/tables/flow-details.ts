const SERVER_NAME = 0
const INFO = 1
const INFO_REST = 2
const CATEGORY = 3
const FIRST_VALUE = 4
/** Dissected fields of one flow that are kept. */
export const MAX_VALUES = 64

/**
 * What is known of flows beyond their counters: names, the telling detail, dissected values. One array a flow of which something is known, exactly as long
 * as it must be: hundreds of thousands of flows have one.
 */
export class FlowDetails {
  /** serverName, info, rest of the info, category, then field, value, field, value … */
  private readonly rows: (unknown[] | undefined)[] = []

  private ofRow(row: number): unknown[] {
    return (this.rows[row] ??= ['', '', '', -1])
  }

  /** '' when it is not known. */
  serverName(row: number): string {
    return (this.rows[row]?.[SERVER_NAME] as string | undefined) ?? ''
  }
  setServerName(row: number, name: string): void {
    this.ofRow(row)[SERVER_NAME] = name
  }

  info(row: number): string {
    const details = this.rows[row]
    if (details === undefined) return ''
    const rest = details[INFO_REST] as string
    return rest === '' ? (details[INFO] as string) : `${details[INFO]} ${rest}`
  }
  /** Two parts that will be shown with a blank between: a name in the second part need not be kept twice. */
  setInfo(row: number, info: string, rest: string): void {
    const details = this.ofRow(row)
    details[INFO] = info
    details[INFO_REST] = rest
  }

  /** Category that the server's own name has, or -1: then it is the application's. */
  category(row: number): number {
    return (this.rows[row]?.[CATEGORY] as number | undefined) ?? -1
  }
  setCategory(row: number, category: number): void {
    this.ofRow(row)[CATEGORY] = category
  }

  /** Adds the first `n` of these values, later ones in the place of earlier ones. */
  setValues(row: number, fields: ArrayLike<number>, values: readonly unknown[], n: number): void {
    const old = this.ofRow(row)
    const begun = old.length > FIRST_VALUE
    let fresh = n
    if (begun) for (let i = 0; i < n; i++) if (indexOf(old, fields[i]!) >= 0) fresh--
    const room = Math.min(fresh, MAX_VALUES - (old.length - FIRST_VALUE) / 2)
    const kept = room <= 0 ? old : copyWithRoom(old, 2 * room)
    let end = old.length
    for (let i = 0; i < n; i++) {
      let at = begun ? indexOf(old, fields[i]!) : -1
      if (at < 0) {
        if (end >= kept.length) continue
        at = end
        end += 2
      }
      kept[at] = fields[i]
      kept[at + 1] = values[i]
    }
    this.rows[row] = kept
  }

  eachValue(row: number, visit: (field: number, value: unknown) => void): void {
    const details = this.rows[row]
    if (details === undefined) return
    for (let i = FIRST_VALUE; i < details.length; i += 2) visit(details[i] as number, details[i + 1])
  }

  forget(row: number): void {
    this.rows[row] = undefined
  }
}

/** Exactly as long: `push` would leave room for many more. */
function copyWithRoom(old: readonly unknown[], more: number): unknown[] {
  const kept = new Array<unknown>(old.length + more)
  for (let i = 0; i < old.length; i++) kept[i] = old[i]
  return kept
}

function indexOf(details: readonly unknown[], field: number): number {
  for (let i = FIRST_VALUE; i < details.length; i += 2) if (details[i] === field) return i
  return -1
}
