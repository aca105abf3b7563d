import type { Option, OptionTable } from './option.ts'

const MIN_WIDTH = 60
const MAX_WIDTH = 110
const ABOUT_COLUMN = 34

export interface HelpTopic {
  /** Behind the program's name. */
  readonly usage: readonly string[]
  readonly summary: string
  readonly options: OptionTable
  readonly commands?: readonly { readonly name: string; readonly summary: string }[]
  /** Those of the machine, one line each; undefined: not asked for. */
  readonly interfaces?: readonly string[]
}

/** The text of `--help`. */
export function renderHelp({ usage, summary, options, commands = [], interfaces }: HelpTopic, columns = 100): string {
  const width = Math.min(Math.max(columns, MIN_WIDTH), MAX_WIDTH)
  const rows = commands.map(({ name, summary }) => row(`  ${name}`, summary, width))
  return [
    summary,
    '',
    ...usage.map((line, i) => `${i === 0 ? 'Usage:' : '      '} wiretop ${line}`),
    ...(rows.length > 0 ? ['', 'Sub-commands (wiretop NAME --help says more):', ...rows] : []),
    ...sectionsOf(landed(options)).flatMap(([section, entries]) => [
      '',
      `${section}:`,
      ...entries.map(([name, option]) => row(`  ${spelling(name, option)}`, aboutOf(option), width)),
    ]),
    ...(interfaces === undefined ? [] : interfaceSection(interfaces)),
    ...pendingLines(options, width),
    '',
  ].join('\n')
}

const interfaceSection = (lines: readonly string[]) => [
  '',
  'Interfaces of this machine (-i takes the name or the number):',
  ...(lines.length > 0 ? lines : ['  none']),
]

const entriesOf = (options: OptionTable) => Object.entries(options)
const landed = (options: OptionTable) => entriesOf(options).filter(([, { pending }]) => pending === undefined)

function sectionsOf(entries: readonly [string, Option][]): [string, [string, Option][]][] {
  return [...Map.groupBy(entries, ([, { section }]) => section)]
}

/** `-i, --interface INPUT`, with room kept where there is no letter. */
const spelling = (name: string, { short, value }: Option) =>
  `${short === undefined ? '    ' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`

const defaultOf = ({ shownDefault }: Option) => (shownDefault === undefined ? '' : ` Default: ${shownDefault}.`)
const aliasOf = ({ alias = [] }: Option) => alias.map((name) => ` Also --${name}.`).join('')
const aboutOf = (option: Option) => `${option.about}${defaultOf(option)}${aliasOf(option)}`

function pendingLines(options: OptionTable, width: number): string[] {
  const names = entriesOf(options)
    .filter(([, { pending }]) => pending !== undefined)
    .map(([name, { short }]) => (short === undefined ? `--${name}` : `-${short} --${name}`))
  return names.length === 0
    ? []
    : ['', 'Known, but not yet available in this version:', ...wrap(names.join(', '), width - 2).map((line) => `  ${line}`)]
}

function row(head: string, about: string, width: number): string {
  const lines = wrap(about, width - ABOUT_COLUMN)
  const indent = ' '.repeat(ABOUT_COLUMN)
  const first = head.length < ABOUT_COLUMN - 1 ? head.padEnd(ABOUT_COLUMN) + (lines.shift() ?? '') : head
  return [first, ...lines.map((line) => indent + line)].join('\n')
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word)
    else lines[lines.length - 1] = `${last} ${word}`
  }
  return lines
}

/** The table of options for the user's guide. */
export function renderOptionsMarkdown(options: OptionTable): string {
  return sectionsOf(entriesOf(options))
    .flatMap(([section, entries]) => [
      `### ${section}`,
      '',
      '| option | meaning | default |',
      '|---|---|---|',
      ...entries.map(([name, option]) => markdownRow(name, option)),
      '',
    ])
    .join('\n')
}

function markdownRow(name: string, option: Option): string {
  const spellings = [option.short && `-${option.short}`, `--${name}`, ...(option.alias ?? []).map((alias) => `--${alias}`)].filter(Boolean)
  const value = option.value === undefined ? '' : ` \`${escaped(option.value)}\``
  const about = option.pending === undefined ? option.about : `${option.about} *Not yet available.*`
  return `| ${spellings.map((text) => `\`${text}\``).join(', ')}${value} | ${escaped(about)} | ${escaped(option.shownDefault ?? '')} |`
}

/** A bar would end the cell, also in code. */
const escaped = (text: string) => text.replaceAll('|', '\\|')
