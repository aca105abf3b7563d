import type { OptionTable, Values } from './option.ts'

/** Where a command writes and reads; tests hand in their own. */
export interface Terminal {
  out(text: string): void
  err(text: string): void
  /** Columns of the terminal that `out` goes to; undefined when it is none. */
  readonly columns: number | undefined
}

export interface CommandContext<O extends OptionTable> {
  readonly options: Values<O>
  readonly operands: readonly string[]
  readonly terminal: Terminal
  readonly signal: AbortSignal
}

/** A sub-command: the default export of `NAME.command.ts` in this folder; one of two words is in `FIRST.SECOND.command.ts`. */
export interface Command<O extends OptionTable = OptionTable> {
  readonly name: string
  readonly summary: string
  /** What its operands are, as in 'FILE…'. */
  readonly operands?: string
  readonly minOperands?: number
  readonly options: O
  /** Resolves to the exit status. */
  run(context: CommandContext<O>): Promise<number>
}

export const command = <const O extends OptionTable>(definition: Command<O>): Command<O> => definition
