/** What is known of a flow beyond its counters. Made only for flows of which something is known. */
export interface FlowDetails {
  serverName: string
  info: string
  /** Category that the server's own name has, or -1: then it is the application's. */
  category: number
  /** Dissected values: index of the field (FieldTable), value, index, value … */
  values: unknown[]
}

export const newFlowDetails = (): FlowDetails => ({ serverName: '', info: '', category: -1, values: NO_VALUES })
const NO_VALUES: unknown[] = []
/** Dissected fields of one flow that are kept. */
const MAX_VALUES = 64

/** Adds values, later ones in the place of earlier ones. The array is as long as it must be: hundreds of thousands of flows have one. */
export function setValues(details: FlowDetails, fields: readonly number[], values: readonly unknown[]): void {
  const old = details.values
  if (old.length === 0) {
    const all: unknown[] = new Array<unknown>(2 * fields.length)
    for (let i = 0; i < fields.length; i++) {
      all[2 * i] = fields[i]
      all[2 * i + 1] = values[i]
    }
    details.values = all
    return
  }
  let fresh = 0
  for (const field of fields) if (indexOf(old, field) < 0) fresh++
  const kept = fresh === 0 ? old : old.concat(new Array(2 * fresh))
  let end = old.length
  for (let i = 0; i < fields.length; i++) {
    const at = indexOf(old, fields[i]!)
    if (at < 0 && end >= 2 * MAX_VALUES) continue
    const place = at < 0 ? end : at
    if (at < 0) end += 2
    kept[place] = fields[i]
    kept[place + 1] = values[i]
  }
  if (kept.length > end) kept.length = end
  details.values = kept
}

function indexOf(values: readonly unknown[], field: number): number {
  for (let i = 0; i < values.length; i += 2) if (values[i] === field) return i
  return -1
}
