/** What `npm start` runs: builds the console when it is missing or older than its sources, then runs wiretop with the given arguments. */
import { buildConsole, consoleIsFresh } from './console-build.ts'

if (!consoleIsFresh()) {
  process.stderr.write('wiretop: building the console …\n')
  const { ok, said } = buildConsole()
  if (!ok) {
    process.stderr.write(`${said}wiretop: the console could not be built: see above\n`)
    process.exit(1)
  }
}
await import('../src/main.ts')
