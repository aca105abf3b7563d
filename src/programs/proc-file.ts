/** Reading below /proc: files of unknown length that may vanish at any moment. */
import { closeSync, openSync, readdirSync, readlinkSync, readSync } from 'node:fs'

const buffer = Buffer.allocUnsafe(1 << 16)

/** The beginning of a file, at most `maxBytes` (and 64 KiB); undefined when it is gone or may not be read. */
export function readStart(path: string, maxBytes: number): string | undefined {
  let fd: number
  try {
    fd = openSync(path, 'r')
  } catch {
    return undefined
  }
  try {
    return buffer.toString('utf8', 0, readSync(fd, buffer, 0, Math.min(maxBytes, buffer.length), 0))
  } catch {
    return undefined
  } finally {
    closeSync(fd)
  }
}

/** A whole file, at most `maxBytes`; '' when it is gone or may not be read. Files of /proc say no length. */
export function readWhole(path: string, maxBytes: number): string {
  const parts: Buffer[] = []
  let length = 0
  let fd: number
  try {
    fd = openSync(path, 'r')
  } catch {
    return ''
  }
  try {
    for (let n = 1; n > 0 && length < maxBytes; length += n) {
      n = readSync(fd, buffer, 0, buffer.length, null)
      parts.push(Buffer.from(buffer.subarray(0, n)))
    }
  } catch {
    // What came until then is something.
  } finally {
    closeSync(fd)
  }
  return Buffer.concat(parts).toString('latin1')
}

export function readLink(path: string): string | undefined {
  try {
    return readlinkSync(path)
  } catch {
    return undefined
  }
}

/** Names in a folder. 'denied': it is there, and not for us. */
export function listFolder(path: string): readonly string[] | 'denied' | undefined {
  try {
    return readdirSync(path)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES' ? 'denied' : undefined
  }
}
