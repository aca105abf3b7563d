/** Imports go one way (tools/import-rules.ts). Prints each that does not and exits 1. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkImports } from './import-rules.ts'

const root = join(import.meta.dirname, '..')
const paths = ['src/**/*.ts', 'web/**/*.{ts,tsx}'].flatMap((pattern) => globSync(pattern, { cwd: root, exclude: ['web/dist/**'] }))
const violations = checkImports(new Map(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')])))
for (const { file, line, why } of violations) console.error(`${file}:${line}: ${why}`)
if (violations.length > 0) process.exitCode = 1
