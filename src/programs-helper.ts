/** The process that looks up which program a socket belongs to: it keeps the rights for that alone, while who touches packets has none. */
import { runHelper } from './programs/helper.ts'
import { collectWhenStarted, keepTrimming } from './spare-memory.ts'

try {
  runHelper()
  collectWhenStarted()
  keepTrimming()
} catch (error) {
  console.error(`wiretop: programs cannot be looked up: ${error instanceof Error ? error.message : String(error)}`)
  process.exit(1)
}
