/** Writes src/api/index.gen.ts: every NAME.route.ts of the folder, sorted. `--check` only compares. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'

const folder = new URL('../src/api/', import.meta.url)
const target = new URL('index.gen.ts', folder)

const files = readdirSync(folder)
  .filter((f) => f.endsWith('.route.ts'))
  .sort()
const identifier = (f: string) => `r_${f.slice(0, -'.route.ts'.length).replace(/[^a-z0-9]/g, '_')}`

const wanted = `// Written by tools/gen-routes.ts from the folder: npm run gen. Not to be edited.
${files.map((f) => `import ${identifier(f)} from './${f}'`).join('\n')}
import type { Deps, Route } from './route.ts'

export const routeFiles: readonly ((deps: Deps) => Route | readonly Route[])[] = [
${files.map((f) => `  ${identifier(f)},`).join('\n')}
]
`

let have = ''
try {
  have = readFileSync(target, 'utf8')
} catch {
  // The first run.
}
if (process.argv.includes('--check')) {
  if (have !== wanted) {
    console.error('src/api/index.gen.ts is out of date: run npm run gen')
    process.exit(1)
  }
} else if (have !== wanted) writeFileSync(target, wanted)
