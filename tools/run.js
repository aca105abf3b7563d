/**
 * `node tools/run.js FILE.ts ARGS`: runs a file of this checkout with the Node it needs. Plain JavaScript of ten years ago, so that an older Node can still
 * say what is missing. Compiled code is kept between runs, which more than halves the start.
 */
import module from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'

const NEEDED = [24, 12]
const have = process.versions.node.split('.').map(Number)
if (have[0] < NEEDED[0] || (have[0] === NEEDED[0] && have[1] < NEEDED[1])) {
  console.error(
    `wiretop: this is Node ${process.versions.node}, and ${NEEDED.join('.')} or newer is needed: npm ci brings it; where install scripts are off, run npm rebuild node --ignore-scripts=false`,
  )
  process.exit(2)
}
// The variable is for worker threads: they do not take it over otherwise.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('../node_modules/.cache/compiled', import.meta.url))
module.enableCompileCache(process.env.NODE_COMPILE_CACHE)
process.argv.splice(1, 1)
await import(pathToFileURL(process.argv[1]).href)
