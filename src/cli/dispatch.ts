import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { nearest } from '../lib/nearest.ts'
import { parseArgs } from './args.ts'
import type { Command, Terminal } from './command.ts'
import { renderHelp } from './help.ts'
import { interfaceLines } from './input-kind.ts'
import { flag, type OptionTable } from './option.ts'
import { type Options, options } from './options.ts'
import { EXIT_FINE, EXIT_USAGE, UsageError } from './usage-error.ts'

const SUMMARY = 'wiretop: see your network, live and back in time'
const EXTENSION = `.command${extname(import.meta.filename)}`

export const commandNames = (): string[] =>
  readdirSync(import.meta.dirname)
    .filter((file) => file.endsWith(EXTENSION))
    .map((file) => file.slice(0, -EXTENSION.length).replaceAll('.', ' '))
    .sort()

export async function loadCommand(name: string): Promise<Command> {
  const module = (await import(pathToFileURL(join(import.meta.dirname, name.replaceAll(' ', '.') + EXTENSION)).href)) as {
    default: Command
  }
  return module.default
}

export function version(): string {
  const text = readFileSync(join(import.meta.dirname, '..', '..', 'package.json'), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

export interface Invocation {
  readonly argv: readonly string[]
  readonly terminal: Terminal
  readonly signal: AbortSignal
  /** The program without a sub-command. */
  run(options: Options, signal: AbortSignal): Promise<number>
}

/** Does what the command line asks for and resolves to the exit status. */
export async function dispatch(invocation: Invocation): Promise<number> {
  try {
    const name = commandOf(invocation.argv)
    if (name === undefined) return await runProgram(invocation)
    return await runCommand(name, invocation.argv.slice(name.split(' ').length), invocation)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    invocation.terminal.err(`wiretop: ${error.message}\n`)
    return EXIT_USAGE
  }
}

/** Which sub-command a command line begins with: one word, or two of which the first is shared by several. */
function commandOf([first = '', second = '']: readonly string[]): string | undefined {
  const names = commandNames()
  const whole = [`${first} ${second}`, first].find((name) => names.includes(name))
  const family = names.filter((name) => name.startsWith(`${first} `)).map((name) => name.slice(first.length + 1))
  if (whole !== undefined || family.length === 0) return whole
  const guess = nearest(second, family)
  throw new UsageError(
    `${first}: ${guess === undefined || second === '' ? `do what? It can be ${family.join(', ')}` : `did you mean wiretop ${first} ${guess}?`}`,
  )
}

async function runProgram({ argv, terminal, signal, run }: Invocation): Promise<number> {
  refuseMistypedCommand(argv[0])
  const { values, operands } = parseArgs(options, argv, { configFiles: true })
  if (values.help) return show(terminal, await programHelp(terminal.columns))
  if (values.version) return show(terminal, `wiretop ${version()}\n`)
  if (operands.length > 0) throw new UsageError('- stands alone: to read standard input give -i -')
  return run(values, signal)
}

/** A bare word that is no file is rather a sub-command than a configuration file. */
function refuseMistypedCommand(first: string | undefined): void {
  if (first === undefined || !/^[a-z]+$/.test(first) || existsSync(first)) return
  const names = commandNames()
  const guess = nearest(first, names)
  throw new UsageError(
    `${first}: neither a sub-command nor a configuration file: ${guess === undefined ? 'see wiretop --help' : `did you mean wiretop ${guess}?`}`,
  )
}

async function programHelp(columns: number | undefined): Promise<string> {
  const commands = await Promise.all(commandNames().map(loadCommand))
  const usage = ['[OPTIONS] [FILE.conf]', 'SUB-COMMAND [OPTIONS]']
  return renderHelp({ usage, summary: SUMMARY, options, commands, interfaces: interfaceLines() }, columns)
}

const help = { help: flag({ short: 'h', section: 'The program itself', about: 'Show this.' }) } as const satisfies OptionTable

async function runCommand(name: string, argv: readonly string[], { terminal, signal }: Invocation): Promise<number> {
  const { summary, operands: shownOperands, minOperands = 0, options, run } = await loadCommand(name)
  const table: OptionTable = { ...options, ...help }
  const { values, operands } = parseArgs(table, argv)
  if (values['help' as keyof typeof values]) {
    const usage = [`${name} [OPTIONS]${shownOperands === undefined ? '' : ` ${shownOperands}`}`]
    return show(terminal, renderHelp({ usage, summary, options: table }, terminal.columns))
  }
  if (operands.length < minOperands) throw new UsageError(`${name}: too few arguments: wiretop ${name} ${shownOperands}`)
  if (shownOperands === undefined && operands.length > 0)
    throw new UsageError(`${name}: ${operands[0]} is not expected: see wiretop ${name} --help`)
  return run({ options: values, operands, terminal, signal })
}

function show(terminal: Terminal, text: string): number {
  terminal.out(text)
  return EXIT_FINE
}
