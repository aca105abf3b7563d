/** Writes src/api/index.gen.ts: every NAME.route.ts of the folder, sorted. `--check` only compares. */
import { readdirSync } from 'node:fs'
import { generated } from './generated.ts'

const folder = new URL('../src/api/', import.meta.url)

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

generated('src/api/index.gen.ts', wanted)
