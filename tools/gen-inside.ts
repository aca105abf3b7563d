/**
 * Writes src/names/inside.gen.ts: which applications dissectors find inside their protocol, read from their sources: names in calls of `inside`, and
 * names of the catalogue in quotes that no dissector has for itself. `--check` only compares.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { allDissectors } from '../src/dissectors/index.gen.ts'
import { createCatalogue } from '../src/names/catalogue.ts'
import { generated } from './generated.ts'

const folder = new URL('../src/dissectors/', import.meta.url)
const sources = new Map(
  readdirSync(folder)
    .filter((file) => /^[a-z\d-]+\.ts$/.test(file) && !file.includes('testing'))
    .map((file) => [file, readFileSync(new URL(file, folder), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, '')]),
)
const importsOf = (text: string) => [...text.matchAll(/from '\.\/([a-z\d-]+\.ts)'/g)].map(([, file]) => file!)
const nameOf = (text: string) => /export default dissector\(\{\s*name: '([^']+)'/.exec(text)?.[1]

const own = new Set(allDissectors.flatMap(({ name, alsoNames }) => [name, ...Object.keys(alsoNames ?? {})]))
const names = createCatalogue()
  .applications.slice(1)
  .map(({ name }) => name)
const insideOf = new Map<string, Set<string>>()

/** What a dissector's file says, and the files of its own that it is made of. */
function textsOf(file: string, seen = new Set<string>()): string[] {
  const text = sources.get(file)
  if (text === undefined || seen.has(file)) return []
  seen.add(file)
  return [text, ...importsOf(text).flatMap((other) => (nameOf(sources.get(other) ?? '') === undefined ? textsOf(other, seen) : []))]
}

for (const [file, text] of sources) {
  const outer = nameOf(text)
  if (outer === undefined) continue
  const whole = textsOf(file).join('\n')
  for (const name of names) {
    const isFound = whole.includes(`inside('${name}'`) || (!own.has(name) && new RegExp(`(['"\`])${name}\\1|\\b${name}: `).test(whole))
    if (isFound && name !== outer) insideOf.set(name, (insideOf.get(name) ?? new Set()).add(outer))
  }
}

const lines = [...insideOf]
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(
    ([name, outer]) =>
      `  ${key(name)}: [${[...outer]
        .sort()
        .map((o) => `'${o}'`)
        .join(', ')}],`,
  )
function key(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : `'${name}'`
}

generated(
  'src/names/inside.gen.ts',
  `// Written by tools/gen-inside.ts from the dissectors: npm run gen. Not to be edited.
/** Applications that are found inside others, and inside which. */
export const insideOf: Readonly<Record<string, readonly string[]>> = {
${lines.join('\n')}
}
`,
)
