import { existsSync, readFileSync, writeFileSync } from 'node:fs'

/** Writes a generated file where it differs. With `--check` on the command line it only compares, says what to do, and ends with status 1. */
export function generated(path: string, wanted: string): void {
  const target = new URL(`../${path}`, import.meta.url)
  if (existsSync(target) && readFileSync(target, 'utf8') === wanted) return
  if (process.argv.includes('--check')) {
    console.error(`${path} is out of date: run npm run gen`)
    process.exitCode = 1
  } else writeFileSync(target, wanted)
}
