/** Writes src/dissectors/index.gen.ts: every file of the folder whose default export is a dissector, sorted. `--check` only compares. */
import { readdirSync, readFileSync } from 'node:fs'
import { generated } from './generated.ts'

const folder = new URL('../src/dissectors/', import.meta.url)

const files = readdirSync(folder)
  .filter((f) => f.endsWith('.ts') && !f.endsWith('.test.ts') && !f.endsWith('.gen.ts'))
  .filter((f) => /^export default dissector\(/m.test(readFileSync(new URL(f, folder), 'utf8')))
  .sort()
const identifier = (f: string) => `d_${f.slice(0, -3).replace(/[^a-z0-9]/g, '_')}`

const wanted = `// Written by tools/gen-dissectors.ts from the folder: npm run gen. Not to be edited.
import type { Dissector } from './dissector.ts'
${files.map((f) => `import ${identifier(f)} from './${f}'`).join('\n')}

export const dissectors = [
${files.map((f) => `  ${identifier(f)},`).join('\n')}
] as const
export type DissectorName = (typeof dissectors)[number]['name']
export const allDissectors = dissectors as unknown as readonly Dissector[]
`

generated('src/dissectors/index.gen.ts', wanted)
