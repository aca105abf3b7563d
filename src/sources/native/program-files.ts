import { readFileSync } from 'node:fs'
import { hasLibc, libc } from './libc.ts'

const MADV_DONTNEED = 4
/** `from-to perms offset device inode path`, as /proc/PID/smaps(5) begins each mapping. */
const MAPPING = /^([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ (\d+)/
const WRITTEN = /^Private_Dirty:\s+(\d+) kB/

/** Mappings of files, as of the run time and its libraries, in which nothing is and nothing was written. */
export function cleanMappings(smaps: string): { readonly from: bigint; readonly bytes: number }[] {
  const clean: { from: bigint; bytes: number }[] = []
  let current: { from: bigint; bytes: number } | undefined
  for (const line of smaps.split('\n')) {
    const [, from, to, permissions, inode] = MAPPING.exec(line) ?? []
    if (from !== undefined) {
      const begin = BigInt(`0x${from}`)
      const isOfFile = inode !== '0' && permissions!.startsWith('r-') && permissions!.endsWith('p')
      current = isOfFile ? { from: begin, bytes: Number(BigInt(`0x${to}`) - begin) } : undefined
    } else if (current !== undefined && WRITTEN.exec(line)?.[1] === '0') clean.push(current)
  }
  return clean
}

/**
 * Lets go of what has been read of the files of the run time and of libraries: most of it serves the start alone. What runs again comes back from the page cache, a
 * few hundred small faults. Where it cannot be done nothing happens.
 */
export function releaseProgramFiles(): void {
  if (process.platform !== 'linux' || !hasLibc()) return
  try {
    for (const { from, bytes } of cleanMappings(readFileSync('/proc/self/smaps', 'latin1'))) libc().madvise(from, bytes, MADV_DONTNEED)
  } catch {
    // Without /proc there is no telling what may go.
  }
}
