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

export function setValue(details: FlowDetails, field: number, value: unknown): void {
  if (details.values === NO_VALUES) details.values = []
  const { values } = details
  for (let i = 0; i < values.length; i += 2)
    if (values[i] === field) {
      values[i + 1] = value
      return
    }
  if (values.length < 2 * MAX_VALUES) values.push(field, value)
}
