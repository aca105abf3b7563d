/** Writes src/dissectors/index.gen.ts: every file of the folder whose default export is a dissector, sorted. `--check` only compares. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'

const folder = new URL('../src/dissectors/', import.meta.url)
const target = new URL('index.gen.ts', folder)

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

let have = ''
try {
  have = readFileSync(target, 'utf8')
} catch {
  // The first run.
}
if (process.argv.includes('--check')) {
  if (have !== wanted) {
    console.error('src/dissectors/index.gen.ts is out of date: run npm run gen')
    process.exit(1)
  }
} else if (have !== wanted) writeFileSync(target, wanted)
