/** Writes docs/options.md from the tables of options and sub-commands. `--check` only compares. */
import { commandNames, loadCommand } from '../src/cli/dispatch.ts'
import { renderOptionsMarkdown } from '../src/cli/help.ts'
import { options } from '../src/cli/options.ts'
import { generated } from './generated.ts'

const commands = await Promise.all(commandNames().map(loadCommand))
const wanted = `<!-- Written by tools/gen-docs.ts from src/cli: npm run gen. Not to be edited. -->
# Options

    wiretop [OPTIONS] [FILE.conf]
    wiretop SUB-COMMAND [OPTIONS]

A flag takes no value. A value follows its option as \`-w 4000\`, \`-w=4000\`, \`-w4000\`, \`--http-port 4000\` or \`--http-port=4000\`.
The last value of an option wins, unless it may be given again.

A configuration file has one option a line, with or without its dashes: \`key=value\` or \`key value\`. Lines that begin with \`#\` are
comments. Options of the command line and of files count in the order in which they stand.

Exit status: 0 fine, 1 failed, 2 bad usage or input.

## wiretop

${renderOptionsMarkdown(options)}
${commands
  .map(
    ({ name, summary, operands, options }) =>
      `## wiretop ${name}\n\n    wiretop ${name} [OPTIONS]${operands === undefined ? '' : ` ${operands}`}\n\n${summary}\n\n${renderOptionsMarkdown(options)}`,
  )
  .join('\n')}`.replace(/\n+$/, '\n')

generated('docs/options.md', wanted)
