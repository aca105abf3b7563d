import { MAX_FAULTS, type SourceStats } from '../lib/source.ts'

/** A hostile name must not make a line of the log endless. */
const MAX_FAULT_LENGTH = 300

export function noteFault(stats: SourceStats, line: string): void {
  stats.faultCount++
  if (stats.faults.length < MAX_FAULTS) stats.faults.push(line.length > MAX_FAULT_LENGTH ? `${line.slice(0, MAX_FAULT_LENGTH)}…` : line)
}

/** The input ends here for us: what came before counts, nothing after it is read. */
export function noteCut(stats: SourceStats, atByte: number, why: string): void {
  stats.cutShort = true
  noteFault(stats, `cut short at byte ${atByte}: ${why}`)
}

/** The stats of several sources as those of one; each fault names the source that met it. */
export function sumStats(parts: readonly { name: string; stats: SourceStats }[], into: SourceStats): SourceStats {
  for (const { name, stats } of parts) {
    into.packets += stats.packets
    into.dropped += stats.dropped
    into.filteredOut += stats.filteredOut
    into.freezes += stats.freezes
    into.lagMs = Math.max(into.lagMs, stats.lagMs)
    into.bytesRead += stats.bytesRead
    into.bytesTotal = into.bytesTotal === undefined || stats.bytesTotal === undefined ? undefined : into.bytesTotal + stats.bytesTotal
    into.cutShort ||= stats.cutShort
    for (const fault of stats.faults) noteFault(into, `${name}: ${fault}`)
    into.faultCount += stats.faultCount - stats.faults.length
  }
  return into
}
