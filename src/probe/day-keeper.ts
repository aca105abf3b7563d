/** Contacts and aggregations over a restart: an image a worker, written anew every minute, large ones every five. */
import { closeSync, openSync, readdirSync, readSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { crc32 } from 'node:zlib'
import { DAY_HEAD_LEN, DayImaging, dayImage, readDayImage, saltOf } from '../tables/day-image.ts'
import type { LiveTables } from '../tables/live-tables.ts'
import { HOUR_S, KEPT_HOURS } from '../tables/second-sets.ts'

const SECOND_MS = 1000
const EVERY_MS = 60_000
/** Packets wait while a part is made: some 10 ms a megabyte. One each second. */
const PART_BYTES = 2 ** 19
/** A large image is seldom made. */
const LARGE_BYTES = 4 * 2 ** 20
const LARGE_EVERY_MS = 300_000
/** Larger than any that was written. */
const MAX_FILE_BYTES = 256 * 2 ** 20
const PRIVATE_FILE = 0o600
const PRIVATE_FOLDER = 0o700
/** 'day-0.counts': which worker wrote it. */
const NAME = /^day-(\d{1,3})\.counts$/

export class DayKeeper {
  private readonly t: LiveTables
  private readonly folder: string
  private readonly worker: number
  private readonly workers: number
  private readonly trouble: (text: string) => void
  private savedMs: number
  private savedBytes = 0
  private making: { readonly imaging: DayImaging; readonly hour: number } | undefined
  private work: Promise<void>
  private isTroubled = false
  /** Of workers that there are no more: what they knew is known here, and goes once it is written. */
  private taken: string[] = []
  /** When what was read had been written, epoch ms; undefined: nothing was. */
  writtenMs: number | undefined
  /** What was kept is known. */
  isLoaded = false

  /** `folder`: of this interface. `nowMs`: of the wall; live tables go by it. `trouble` is told one line. */
  constructor(
    tables: LiveTables,
    folder: string,
    share: { readonly index: number; readonly count: number },
    nowMs: number,
    trouble: (text: string) => void,
  ) {
    this.t = tables
    this.folder = folder
    this.worker = share.index
    this.workers = share.count
    this.trouble = trouble
    this.savedMs = nowMs
    this.work = this.load(nowMs)
  }

  /** Resolves when all that was to be read or written is. */
  get idle(): Promise<void> {
    return this.work
  }

  /** With fewer workers than there were, one reads several. */
  private async load(nowMs: number): Promise<void> {
    const names = await readdir(this.folder).catch(() => [])
    const own = names.filter((name) => Number(NAME.exec(name)?.[1] ?? Number.NaN) % this.workers === this.worker)
    for (const name of own) await this.read(name, Math.floor(nowMs / SECOND_MS) - KEPT_HOURS * HOUR_S)
    this.taken = own.filter((name) => name !== this.name)
    this.isLoaded = true
  }
  private async read(name: string, fromS: number): Promise<void> {
    const { observation } = this.t
    const path = join(this.folder, name)
    try {
      if ((await stat(path)).size > MAX_FILE_BYTES) return this.tell(`${path}: is too large, and left out`)
      const madeS = readDayImage(await readFile(path), crc32, {
        host: (contacts) => contacts.lastS >= fromS && observation?.days.restoreContacts(contacts),
        name: (counts, salt) => counts.lastS >= fromS && observation?.names?.table.restoreCounts(counts, salt),
      })
      if (madeS === undefined) this.tell(`${path}: is damaged, and left out: contacts and names begin anew`)
      else this.writtenMs = Math.max(this.writtenMs ?? 0, madeS * SECOND_MS)
    } catch (error) {
      this.tell(`${path}: cannot be read (${(error as NodeJS.ErrnoException).code}): contacts and names begin anew`)
    }
  }

  private get name(): string {
    return `day-${this.worker}.counts`
  }

  /** Once a second. */
  tick(): void {
    const { nowMs, observation } = this.t
    const everyMs = this.savedBytes > LARGE_BYTES ? LARGE_EVERY_MS : EVERY_MS
    const isDue = this.isLoaded && nowMs - this.savedMs >= everyMs
    if (observation === undefined || (this.making === undefined && !isDue)) return
    const second = Math.floor(nowMs / SECOND_MS)
    const hour = Math.floor(second / HOUR_S)
    // A dump may have come between, which tells what was before and after.
    if (this.making?.hour !== hour) this.making = { imaging: new DayImaging(observation, second, crc32), hour }
    this.savedMs = nowMs
    if (!this.making.imaging.more(PART_BYTES)) return
    this.keep(this.making.imaging.image)
  }

  /** What is known now is written, at once. All is booked. */
  save(): void {
    const { observation, nowMs } = this.t
    if (!this.isLoaded || observation === undefined) return
    this.savedMs = nowMs
    this.keep(dayImage(observation, Math.floor(nowMs / SECOND_MS), crc32))
  }
  private keep(image: Uint8Array | undefined): void {
    this.making = undefined
    this.savedBytes = image?.length ?? 0
    this.work = this.work.then(() => this.put(image))
  }
  /** Written aside and renamed: whoever reads sees the whole of one. Without an image there is no file. */
  private async put(image: Uint8Array | undefined): Promise<void> {
    const path = join(this.folder, this.name)
    try {
      if (image === undefined) await rm(path, { force: true })
      else {
        await mkdir(this.folder, { recursive: true, mode: PRIVATE_FOLDER })
        await writeFile(`${path}.new`, image, { mode: PRIVATE_FILE })
        await rename(`${path}.new`, path)
      }
      for (const name of this.taken.splice(0)) await rm(join(this.folder, name), { force: true })
      this.isTroubled = false
    } catch (error) {
      this.tell(
        `${path}: contacts and names are not kept (${(error as NodeJS.ErrnoException).code}); make room or give another folder with -d`,
      )
    }
  }

  /** The same is told once, until it has gone well again. */
  private tell(text: string): void {
    if (!this.isTroubled) this.trouble(text)
    this.isTroubled = true
  }

  /** What is not written yet is written. */
  async close(): Promise<void> {
    await this.work
    this.t.settle()
    this.save()
    await this.work
  }
}

/** What images rest on that are kept of any interface, so that those of this process can go on with it; undefined: there is none. `folder`: of all interfaces. */
export function keptSalt(folder: string): number | undefined {
  try {
    for (const path of readdirSync(folder, { recursive: true }).map(String))
      if (NAME.test(basename(path))) {
        const salt = saltOf(headOf(join(folder, path)))
        if (salt !== undefined) return salt
      }
  } catch {
    // Whoever writes there says what is wrong.
  }
  return undefined
}
function headOf(path: string): Uint8Array {
  const fd = openSync(path, 'r')
  try {
    const head = new Uint8Array(DAY_HEAD_LEN)
    return head.subarray(0, readSync(fd, head, 0, DAY_HEAD_LEN, 0))
  } finally {
    closeSync(fd)
  }
}
