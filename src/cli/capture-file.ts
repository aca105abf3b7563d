import { type FileHandle, open } from 'node:fs/promises'

export const STDOUT = '-'

/** Where a capture goes: a file, which is begun anew, or standard output. */
export class CaptureFile {
  readonly name: string
  private readonly file: FileHandle | undefined

  private constructor(path: string, file: FileHandle | undefined) {
    this.name = path === STDOUT ? 'standard output' : path
    this.file = file
  }

  static async open(path: string): Promise<CaptureFile> {
    return new CaptureFile(path, path === STDOUT ? undefined : await open(path, 'w'))
  }

  /** Resolves when the bytes may be used again. */
  write(bytes: Uint8Array): Promise<void> {
    if (this.file !== undefined) return this.file.writeFile(bytes)
    return new Promise((resolve, reject) => {
      process.stdout.write(bytes, (error) => (error ? reject(error) : resolve()))
    })
  }

  async close(): Promise<void> {
    await this.file?.close()
  }
}

/** One line: what the system says, and what to do. */
export function writeFault(name: string, { code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOSPC' || code === 'EDQUOT') return `${name}: no room is left on the disk; what fitted is there`
  if (code === 'ENOENT') return `${name}: there is no such folder: make it, or give another file with -w`
  if (code === 'EISDIR') return `${name}: a folder: give a file in it with -w`
  return `${name}: cannot be written (${code ?? message}): give another file with -w`
}
