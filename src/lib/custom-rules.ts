/** What users say of applications and categories, as it is shown and edited. */

/** `applications`: rules that name flows. `categories`: rules that give servers and addresses a category. */
export type RuleKind = 'applications' | 'categories'

export interface RuleFault {
  readonly file: string
  /** Both from 1. */
  readonly line: number
  readonly column: number
  readonly message: string
}

/** A text that users edit. */
export interface CustomDocument {
  readonly kind: RuleKind
  /** Where it is kept; absent: nowhere. */
  readonly file?: string
  readonly text: string
  readonly faults: readonly RuleFault[]
  /** Files that are read beside it and cannot be edited here, with their faults. */
  readonly others: readonly { readonly file: string; readonly category?: string; readonly faults: readonly RuleFault[] }[]
}
