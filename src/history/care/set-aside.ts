import { copyFileSync, existsSync, mkdirSync, renameSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

const ASIDE = 'flows-aside'

/** Where files of an interface go that are not used any more and that nobody has said may go: beside its flows. */
export const asideFolder = (flows: string): string => join(dirname(flows), ASIDE)

/** Moves a file there, or copies it; returns where it is. Throws as the functions of node:fs do. */
export function setAside(flows: string, path: string, how: 'copy' | 'move' = 'move'): string {
  const wanted = join(asideFolder(flows), relative(flows, path))
  let free = wanted
  for (let n = 1; existsSync(free); n++) free = `${wanted}.${n}`
  mkdirSync(dirname(free), { recursive: true, mode: 0o700 })
  if (how === 'move') renameSync(path, free)
  else copyFileSync(path, free)
  return free
}
