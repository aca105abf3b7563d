import { closeSync, existsSync, openSync, readSync, type Stats, statSync } from 'node:fs'
import { newSourceStats, type Sink, type Source, SourceError, type SourceStats } from '../lib/source.ts'
import type { CaptureOptions } from './capture-reader.ts'
import { fileError } from './file-error.ts'
import { fileList, looksLikeText, MAX_LIST_BYTES } from './file-list.ts'
import { filtered } from './filtered.ts'
import { Merged } from './merged.ts'
import { Paced } from './paced.ts'
import type { PacketFilter } from './packet-filter.ts'
import { PcapFile, STDIN } from './pcap-file.ts'

/** Each holds a file open and half a megabyte. */
const MAX_MERGED = 256
const HEAD_BYTES = 4096

export interface OpenOptions extends CaptureOptions {
  /** Packets come as far apart as they were captured. */
  readonly originalSpeed?: boolean
  /** Only packets that it accepts. */
  readonly filter?: PacketFilter | undefined
}

/**
 * The source that one `-i` means: '-' (standard input), a capture, a text file that lists captures (one after the other), or several of
 * these with commas between them (merged by time). Whether it can be used shows in `run`.
 */
export function openInput(spec: string, options: OpenOptions = {}): Source {
  const paths = splitInput(spec)
  const whole = paths.length === 1 ? new Input(paths[0]!, options) : new Merged(spec, mergeable(paths, options))
  const source = options.filter === undefined ? whole : filtered(whole, options.filter)
  return options.originalSpeed ? new Paced(source) : source
}

/** A file whose name has a comma in it is that file. */
export function splitInput(spec: string): string[] {
  if (!spec.includes(',') || existsSync(spec)) return [spec]
  return spec
    .split(',')
    .map((path) => path.trim())
    .filter((path) => path !== '')
}

function mergeable(paths: readonly string[], options: CaptureOptions): Source[] {
  if (paths.length === 0) throw new SourceError('an input of nothing but commas: give at least one capture')
  if (paths.length > MAX_MERGED)
    throw new SourceError(
      `${paths.length} captures to merge, ${MAX_MERGED} are possible: list them in a text file to read one after the other`,
    )
  if (paths.filter((path) => path === STDIN).length > 1) throw new SourceError('standard input can be read only once: give one -')
  return paths.map((path) => new Input(path, options))
}

/** A capture or a list of captures: looked at when it runs, so that an input which is not there yet fails alone. */
class Input implements Source {
  readonly name: string
  readonly #options: CaptureOptions
  #chosen: Source | undefined

  constructor(path: string, options: CaptureOptions) {
    this.name = path
    this.#options = options
  }

  async run(sink: Sink, signal: AbortSignal): Promise<void> {
    this.#chosen = this.#choose()
    await this.#chosen.run(sink, signal)
  }

  #choose(): Source {
    const open = (path: string) => new PcapFile(path, this.#options)
    return this.name !== STDIN && isList(this.name) ? fileList(this.name, open) : open(this.name)
  }

  stats(): SourceStats {
    return this.#chosen?.stats() ?? newSourceStats()
  }
}

function isList(path: string): boolean {
  const about = aboutFile(path)
  // Reading a pipe here would take bytes from it.
  if (!about.isFile() || about.size === 0 || about.size > MAX_LIST_BYTES) return false
  return looksLikeText(headOf(path))
}

function aboutFile(path: string): Stats {
  try {
    return statSync(path)
  } catch (error) {
    throw fileError(path, error)
  }
}

function headOf(path: string): Uint8Array {
  try {
    const fd = openSync(path, 'r')
    const head = new Uint8Array(HEAD_BYTES)
    try {
      return head.subarray(0, readSync(fd, head, 0, head.length, 0))
    } finally {
      closeSync(fd)
    }
  } catch (error) {
    throw fileError(path, error)
  }
}
