import { spawnSync } from 'node:child_process'

export interface CaptureTotals {
  readonly packets: number
  readonly wireBytes: number
}

/** What capinfos (Wireshark) counts, by path; undefined where it is not installed. */
export function capinfos(paths: readonly string[]): ReadonlyMap<string, CaptureTotals> | undefined {
  // Table, machine-readable, without a head: path, packets, bytes on the wire. It goes on after a file that is cut short.
  const { error, stdout } = spawnSync('capinfos', ['-TMrcd', ...paths], { encoding: 'utf8', maxBuffer: 1 << 26 })
  if (error !== undefined) return undefined
  const rows = stdout.split('\n').map((line) => line.split('\t'))
  return new Map(
    rows.filter((row) => row.length === 3).map(([path, packets, bytes]) => [path!, { packets: Number(packets), wireBytes: Number(bytes) }]),
  )
}
