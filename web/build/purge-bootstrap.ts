import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'vite'
import { purge, wordsIn } from './purge.ts'

const SOURCE = /\.tsx?$/
const BUILT = new Set(['dist', 'build', 'node_modules', 'public'])

function* sources(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory() && !BUILT.has(entry.name)) yield* sources(path)
    else if (entry.isFile() && SOURCE.test(entry.name)) yield path
  }
}

/** Leaves of Bootstrap's compiled style sheet only the rules whose classes the console's sources name. */
export function purgeBootstrap(root: string): Plugin {
  return {
    name: 'wiretop:purge-bootstrap',
    enforce: 'pre',
    load(id) {
      const path = id.split('?')[0]!
      if (!path.endsWith('/bootstrap.min.css')) return null
      const words = new Set<string>()
      for (const file of sources(root)) for (const word of wordsIn(readFileSync(file, 'utf8'))) words.add(word)
      return purge(readFileSync(path, 'utf8'), words)
    },
  }
}
