import { closeSync, fsyncSync, openSync } from 'node:fs'

/** What another has written of a file is safe from a power cut when it returns. */
export function syncFile(path: string): void {
  const fd = openSync(path, 'r+')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}
