import { newSourceStats, type PacketBatch, type Sink, type Source, type SourceStats } from '../lib/source.ts'
import type { BpfFilter } from '../wire/bpf.ts'
import { LINK_TYPES } from '../wire/link-types.ts'
import { type FilterFault, isFault, type PacketFilter } from './packet-filter.ts'
import { noteFault } from './source-stats.ts'

/** The source, with only those of its packets that the filter accepts. */
export const filtered = (source: Source, filter: Pick<PacketFilter, 'text' | 'programFor'>): Source => new Filtered(source, filter)

const NOTHING: BpfFilter = () => 0

class Filtered implements Source {
  readonly name: string
  readonly #source: Source
  readonly #filter: Pick<PacketFilter, 'text' | 'programFor'>
  readonly #own = newSourceStats()
  readonly #accepts = new Map<number, BpfFilter>()

  constructor(source: Source, filter: Pick<PacketFilter, 'text' | 'programFor'>) {
    this.name = source.name
    this.#source = source
    this.#filter = filter
  }

  /** Batches go on also when nothing is left in them: the sink gives others their turn between two. */
  run(sink: Sink, signal: AbortSignal): Promise<void> {
    return this.#source.run(
      {
        packets: (batch) => {
          this.#compact(batch)
          return sink.packets(batch)
        },
      },
      signal,
    )
  }

  /** Moves what is accepted to the front. No source looks again at a batch that it has handed over. */
  #compact(batch: PacketBatch): void {
    const { buf, start, capLen, wireLen, tsMs, linkType, count } = batch
    let kept = 0
    let current = -1
    let accepts = NOTHING
    for (let i = 0; i < count; i++) {
      const type = linkType[i]!
      if (type !== current) {
        current = type
        accepts = this.#accepts.get(type) ?? this.#open(type)
      }
      const at = start[i]!
      const captured = capLen[i]!
      const snapLen = accepts(buf, at, captured, wireLen[i]!)
      if (snapLen === 0) continue
      start[kept] = at
      capLen[kept] = Math.min(captured, snapLen)
      wireLen[kept] = wireLen[i]!
      tsMs[kept] = tsMs[i]!
      linkType[kept] = type
      kept++
    }
    this.#own.filteredOut += count - kept
    batch.count = kept
  }

  #open(linkType: number): BpfFilter {
    const program = this.#filter.programFor(linkType)
    if (isFault(program)) this.#refuse(linkType, program)
    const accepts = isFault(program) ? NOTHING : program.accepts
    this.#accepts.set(linkType, accepts)
    return accepts
  }

  #refuse(linkType: number, { message }: FilterFault): void {
    const name = LINK_TYPES.get(linkType) ?? 'unknown'
    noteFault(this.#own, `packets of link type ${linkType} (${name}) are left out, the packet filter does not fit them: ${message}`)
  }

  stats(): SourceStats {
    const stats = { ...this.#source.stats() }
    const { filteredOut, faults, faultCount } = this.#own
    stats.packets -= filteredOut
    stats.filteredOut += filteredOut
    stats.faults = [...stats.faults]
    for (const fault of faults) noteFault(stats, fault)
    stats.faultCount += faultCount - faults.length
    return stats
  }
}
