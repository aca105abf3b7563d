/** Paths of ntopng 1.2: YYYY/MM/DD/HH/MM.sqlite, in local time, five minutes a file. */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

export const PART_MS = 300_000
/** Beside the folder of flows: copies of them as Parquet. */
export const COPIES = 'flows-copies'
/** A change of the clock, or to summer time, moves a file by so much. */
const MOVED_MS = 3_600_000
const SECOND_MS = 1000
const two = (n: number) => String(n).padStart(2, '0')
const PATH = /^(\d{4})\/(\d\d)\/(\d\d)\/(\d\d)\/(\d\d)\.sqlite$/

/** Time zones are apart by whole quarters of an hour, so that five minutes begin at the same moment in all of them. */
export function pathAt(ms: number): string {
  const at = new Date(Math.floor(ms / PART_MS) * PART_MS)
  const day = `${at.getFullYear()}/${two(at.getMonth() + 1)}/${two(at.getDate())}`
  return `${day}/${two(at.getHours())}/${two(at.getMinutes())}.sqlite`
}

export interface LayoutFile {
  /** Within the folder. */
  readonly path: string
  /** When its five minutes begin, as this machine's zone has it; in the hour that a change of the clock repeats, either time. */
  readonly beganMs: number
  readonly bytes: number
  /** Another one when it has been written. */
  readonly stamp: string
}

/** Whether it may have records of the range. */
export const mayHave = ({ beganMs }: LayoutFile, { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }): boolean =>
  beganMs + PART_MS + MOVED_MS >= fromMs && beganMs - MOVED_MS < toMs

/** Files of the layout below a folder, the oldest first. */
export function layoutFiles(folder: string): LayoutFile[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true })
    .flatMap((name) => {
      const [path, year, month, day, hour, minute] = PATH.exec(String(name)) ?? []
      if (path === undefined) return []
      const beganMs = new Date(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute)).getTime()
      const about = statSync(join(folder, path), { throwIfNoEntry: false })
      return about === undefined
        ? []
        : [{ path, beganMs, bytes: about.size, stamp: `${about.size}-${Math.round(about.mtimeMs * SECOND_MS)}` }]
    })
    .sort((a, b) => a.beganMs - b.beganMs)
}
