import type { Terminal } from './cli/command.ts'
import { dispatch } from './cli/dispatch.ts'

const terminal: Terminal = {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  columns: process.stdout.columns,
}

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
// The reader of our output went away (a pager, head): nobody is left to tell.
process.stdout.on('error', () => process.exit(0))
// The console goes on for those who look at it, whoever hears our messages.
process.stderr.on('error', () => undefined)

process.exitCode = await dispatch({
  argv: process.argv.slice(2),
  terminal,
  signal: stop.signal,
  // Loaded only here: sub-commands do without the server.
  run: async (options, signal) => (await import('./program.ts')).runProgram(options, terminal, signal),
})
