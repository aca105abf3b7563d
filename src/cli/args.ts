import { nearest } from '../lib/nearest.ts'
import { type ConfigLine, readConfigFile } from './config-file.ts'
import { camelCase, type Option, type OptionTable, Refusal, type Values } from './option.ts'
import { UsageError } from './usage-error.ts'

export interface Parsed<O extends OptionTable> {
  readonly values: Values<O>
  /** What is neither an option nor the value of one. */
  readonly operands: readonly string[]
}

export interface ParseRules {
  /** Operands and `--config` name files whose options count as if they stood in their place. */
  readonly configFiles?: boolean
  readonly readConfig?: (path: string) => ConfigLine[]
}

/**
 * Reads a command line. The last value of an option wins unless it may be given again, whether it stands on the command line or in a
 * configuration file. Throws a UsageError, but not when help or version is asked for.
 */
export function parseArgs<const O extends OptionTable>(table: O, argv: readonly string[], rules: ParseRules = {}): Parsed<O> {
  const parser = new ArgParser(table, rules)
  parser.commandLine(argv)
  const { values, operands, problem } = parser
  if (problem !== undefined && values['help'] !== true && values['version'] !== true) throw problem
  return { values: values as Values<O>, operands }
}

class ArgParser {
  readonly values: Record<string, unknown> = {}
  readonly operands: string[] = []
  /** The first one met; the rest is still looked through for a cry for help. */
  problem: UsageError | undefined
  readonly #table: OptionTable
  readonly #byName = new Map<string, string>()
  readonly #rules: ParseRules

  constructor(table: OptionTable, rules: ParseRules) {
    this.#table = table
    this.#rules = rules
    for (const [name, { short, alias = [], initial, pending }] of Object.entries(table)) {
      for (const long of [name, ...alias]) this.#byName.set(`--${long}`, name)
      if (short !== undefined) this.#byName.set(`-${short}`, name)
      if (pending === undefined) this.values[camelCase(name)] = initial
    }
  }

  commandLine(argv: readonly string[]): void {
    let at = 0
    let onlyOperands = false
    const next = () => argv[at++]
    for (let arg = next(); arg !== undefined; arg = next()) {
      if (arg === '--' && !onlyOperands) onlyOperands = true
      else this.#attempt(arg, onlyOperands || arg === '-' || !arg.startsWith('-'), next)
    }
  }

  #attempt(arg: string, isOperand: boolean, next: () => string | undefined): void {
    try {
      if (isOperand) this.#operand(arg)
      else if (arg.startsWith('--')) this.#long(arg, next)
      else this.#short(arg, next)
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
      this.problem ??= error
    }
  }

  #long(arg: string, next: () => string | undefined): void {
    const equals = arg.indexOf('=')
    const shown = equals < 0 ? arg : arg.slice(0, equals)
    this.#set(shown, equals < 0 ? undefined : arg.slice(equals + 1), next)
  }

  /** `-i FILE`, `-iFILE`, `-i=FILE` as the guide's files have it, and flags run together. */
  #short(arg: string, next: () => string | undefined): void {
    for (let i = 1; i < arg.length; i++) {
      const shown = `-${arg[i]}`
      const rest = arg.slice(i + 1)
      const endsHere = rest.startsWith('=') || this.#option(shown, '').option.value !== undefined
      this.#set(shown, endsHere && rest !== '' ? rest.replace(/^=/, '') : undefined, next)
      if (endsHere) return
    }
  }

  #option(shown: string, where: string): { name: string; option: Option } {
    const name = this.#byName.get(shown)
    const option = name === undefined ? undefined : this.#table[name]
    if (name === undefined || option === undefined) throw new UsageError(where + this.#unknown(shown))
    return { name, option }
  }

  #set(shown: string, inlineText: string | undefined, next: () => string | undefined, where = ''): void {
    const { name, option } = this.#option(shown, where)
    const text = inlineText ?? (option.value === undefined ? '' : next())
    if (option.pending !== undefined) throw new UsageError(`${where}option ${shown} (${option.pending}): not yet available in this version`)
    if (text === undefined || (option.value !== undefined && text === ''))
      throw new UsageError(`${where}option ${shown} needs a value: ${shown} ${option.value}`)
    const key = camelCase(name)
    const value = option.parse(text, this.values[key])
    if (value instanceof Refusal) throw new UsageError(`${where}option ${shown}: ${value.reason}`)
    this.values[key] = value
    if (name === 'config' && this.#rules.configFiles) this.#configFile(text, where)
  }

  #operand(text: string): void {
    if (this.#rules.configFiles && text !== '-') this.#configFile(text, '')
    else this.operands.push(text)
  }

  #configFile(path: string, where: string): void {
    if (where !== '') throw new UsageError(`${where}a configuration file inside another: put its lines here`)
    for (const { line, key, value } of (this.#rules.readConfig ?? readConfigFile)(path)) {
      const shown = key.startsWith('-') ? key : `--${key}`
      this.#set(shown, value, () => undefined, `${path}:${line}: `)
    }
  }

  #unknown(shown: string): string {
    const guess = nearest(shown, [...this.#byName.keys()])
    return `unknown option ${shown}: ${guess === undefined ? 'see wiretop --help' : `did you mean ${guess}?`}`
  }
}
