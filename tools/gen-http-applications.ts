/** Writes src/dissectors/http-applications/index.gen.ts: every file of the folder, sorted. `--check` only compares. */
import { readdirSync } from 'node:fs'
import { generated } from './generated.ts'

const folder = new URL('../src/dissectors/http-applications/', import.meta.url)

const files = readdirSync(folder)
  .filter((f) => f.endsWith('.ts') && !f.endsWith('.test.ts') && !f.endsWith('.gen.ts'))
  .sort()
const identifier = (f: string) => `a_${f.slice(0, -3).replace(/[^a-z0-9]/g, '_')}`

const wanted = `// Written by tools/gen-http-applications.ts from the folder: npm run gen. Not to be edited.
import type { HttpApplication } from '../http-application.ts'
${files.map((f) => `import ${identifier(f)} from './${f}'`).join('\n')}

export const httpApplications: readonly HttpApplication[] = [
${files.map((f) => `  ${identifier(f)},`).join('\n')}
]
`

generated('src/dissectors/http-applications/index.gen.ts', wanted)
