/** Active seconds over a restart: a file an hour and worker, written anew every minute while its hour runs. */
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SecondRange } from '../lib/activity.ts'
import { hourImage, type ImageReader, readImage } from '../tables/activity-image.ts'
import type { LiveTables } from '../tables/live-tables.ts'
import { HOUR_S, KEPT_HOURS } from '../tables/second-sets.ts'
import { parseAddress } from '../wire/address.ts'
import { type BitsAsk, joinBits } from './activity.ts'

export interface KeptActivity {
  /** Of this interface. */
  readonly folder: string
  /** Days that files stay; left out: as long as they are in memory. */
  readonly days?: number
}

const HOUR_MS = HOUR_S * 1000
const MINUTE_MS = 60_000
const PRIVATE_FILE = 0o600
const PRIVATE_FOLDER = 0o700
/** Larger than any that was written. */
const MAX_FILE_BYTES = 128 * 2 ** 20
/** '2026-11-27T05Z-0.seconds': the hour in UTC, and which worker wrote it. */
const NAME = /^(\d{4}-\d\d-\d\dT\d\d)Z-(\d{1,3})\.seconds$/

const nameOf = (hour: number, worker: number) => `${new Date(hour * HOUR_MS).toISOString().slice(0, 13)}Z-${worker}.seconds`
function hourOf(name: string): { hour: number; worker: number } | undefined {
  const [, time, worker] = NAME.exec(name) ?? []
  const ms = time === undefined ? Number.NaN : Date.parse(`${time}:00Z`)
  return Number.isNaN(ms) ? undefined : { hour: Math.floor(ms / HOUR_MS), worker: Number(worker) }
}

export class ActivityKeeper {
  private readonly t: LiveTables
  private readonly kept: KeptActivity
  private readonly worker: number
  private readonly workers: number
  /** One line each. */
  private readonly trouble: (text: string) => void
  private minute = 0
  private hour = 0
  private work: Promise<void>
  private isLoaded = false
  private isTroubled = false

  /** `nowMs`: of the wall; live tables go by it. */
  constructor(
    tables: LiveTables,
    kept: KeptActivity,
    share: { readonly index: number; readonly count: number },
    nowMs: number,
    trouble: (text: string) => void,
  ) {
    this.t = tables
    this.kept = kept
    this.worker = share.index
    this.workers = share.count
    this.trouble = trouble
    this.hour = Math.floor(nowMs / HOUR_MS)
    this.work = this.load(nowMs)
  }

  /** Resolves when all that was to be read or written is. */
  get idle(): Promise<void> {
    return this.work
  }

  /** Each file is one worker's; with fewer workers than there were, one reads several. */
  private async load(nowMs: number): Promise<void> {
    const { observation } = this.t
    const from = Math.floor(nowMs / HOUR_MS) - KEPT_HOURS + 1
    if (observation !== undefined)
      await this.readAll((hour) => hour >= from, {
        host: (w0, w1, w2, w3, vlan, second) => observation.days.active(w0, w1, w2, w3, vlan, second),
        name: (family, text, second) => observation.names?.table.restore(family, text, second),
      })
    this.isLoaded = true
  }

  /** All at once: a thread that waits for packets has a turn for the next step of a file five times a second. */
  private async readAll(isWanted: (hour: number) => boolean, reader: ImageReader): Promise<void> {
    const names = await readdir(this.kept.folder).catch(() => [])
    const wanted = names.filter((name) => {
      const of = hourOf(name)
      return of !== undefined && of.worker % this.workers === this.worker && isWanted(of.hour)
    })
    await Promise.all(wanted.map((name) => this.read(name, reader)))
  }

  private async read(name: string, reader: ImageReader): Promise<void> {
    const path = join(this.kept.folder, name)
    try {
      if ((await stat(path)).size > MAX_FILE_BYTES || !readImage(await readFile(path), reader))
        this.tell(`${path}: is damaged; activity before that place in it is known`)
    } catch (error) {
      this.tell(`${path}: cannot be read (${(error as NodeJS.ErrnoException).code})`)
    }
  }

  /** Once a second. */
  tick(): void {
    const { nowMs } = this.t
    const minute = Math.floor(nowMs / MINUTE_MS)
    if (minute === this.minute || !this.isLoaded) return
    this.minute = minute
    this.save()
  }
  /** The hour that runs, and before it the one that is over. */
  private save(): void {
    const hour = Math.floor(this.t.nowMs / HOUR_MS)
    const before = this.hour
    this.hour = hour
    if (before < hour) this.write(before)
    this.write(hour)
    if (before < hour) this.work = this.work.then(() => this.tidy(hour))
  }
  private write(hour: number): void {
    const image = this.t.observation && hourImage(this.t.observation, hour)
    if (image === undefined) return
    this.work = this.work.then(() => this.put(join(this.kept.folder, nameOf(hour, this.worker)), image))
  }
  /** Written aside and renamed: whoever reads sees the whole of one. */
  private async put(path: string, image: Uint8Array): Promise<void> {
    try {
      await mkdir(this.kept.folder, { recursive: true, mode: PRIVATE_FOLDER })
      await writeFile(`${path}.new`, image, { mode: PRIVATE_FILE })
      await rename(`${path}.new`, path)
      this.isTroubled = false
    } catch (error) {
      this.tell(`${path}: activity is not kept (${(error as NodeJS.ErrnoException).code}); make room or give another folder with -d`)
    }
  }
  private async tidy(hour: number): Promise<void> {
    const from = hour - (this.kept.days === undefined ? KEPT_HOURS : Math.max(KEPT_HOURS, 24 * this.kept.days))
    const names = await readdir(this.kept.folder).catch(() => [])
    for (const name of names) {
      const of = hourOf(name)
      if (of !== undefined && of.hour < from) await rm(join(this.kept.folder, name), { force: true })
    }
  }

  /** The same is told once, until it has gone well again. */
  private tell(text: string): void {
    if (!this.isTroubled) this.trouble(text)
    this.isTroubled = true
  }

  /** With what files know of hours that are in memory no longer. */
  async withPast(ask: BitsAsk, bits: Uint8Array | null): Promise<Uint8Array | null> {
    const known = Math.floor(this.t.nowMs / HOUR_MS) - KEPT_HOURS + 1
    const toHour = Math.min(known, Math.ceil(ask.toS / HOUR_S))
    const words = parseAddress(ask.address)
    if (words === undefined || Math.floor(ask.fromS / HOUR_S) >= toHour) return bits
    const past = new PastBits(words, ask)
    await this.readAll((hour) => hour >= Math.floor(ask.fromS / HOUR_S) && hour < toHour, past)
    return joinBits([bits, past.isKnown ? past.bits : null])
  }

  /** What is not written yet is written. */
  async close(): Promise<void> {
    await this.work
    this.t.settle()
    this.save()
    await this.work
  }
}

/** The seconds of one host in a range, as images tell them. */
class PastBits {
  readonly bits: Uint8Array
  isKnown = false
  private readonly words: readonly number[]
  private readonly vlan: number | undefined
  private readonly range: SecondRange

  constructor(words: readonly number[], ask: BitsAsk) {
    this.words = words
    this.vlan = ask.vlan
    this.range = ask
    this.bits = new Uint8Array(Math.ceil((ask.toS - ask.fromS) / 8))
  }

  host(w0: number, w1: number, w2: number, w3: number, vlan: number, second: number): void {
    const { words, range } = this
    if (w3 !== words[3] || w2 !== words[2] || w1 !== words[1] || w0 !== words[0] || (this.vlan !== undefined && vlan !== this.vlan)) return
    this.isKnown = true
    const at = second - range.fromS
    if (at >= 0 && second < range.toS) this.bits[at >> 3]! |= 1 << (at & 7)
  }
}
