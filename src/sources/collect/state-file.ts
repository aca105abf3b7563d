import { readFileSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'

const PRIVATE_FILE = 0o600
const MAX_BYTES = 64 * 1024 * 1024

/** What a collector has learned of its exporters, in a file, so that it need not wait for it after a restart. A file that cannot be read or written costs that wait, nothing else. */
export class StateFile {
  private readonly path: string | undefined
  private writing: Promise<void> = Promise.resolve()

  /** Undefined: nothing is kept. */
  constructor(path: string | undefined) {
    this.path = path
  }

  /** What was kept; undefined: nothing that could be read. */
  read(): unknown {
    if (this.path === undefined) return undefined
    try {
      const text = readFileSync(this.path, 'utf8')
      return text.length > MAX_BYTES ? undefined : JSON.parse(text)
    } catch {
      return undefined
    }
  }

  /** Written aside and renamed: whoever reads sees the whole of one. Resolves when it is done, or could not be. */
  write(value: unknown): Promise<void> {
    const { path } = this
    if (path === undefined || value === undefined) return this.writing
    this.writing = this.writing
      .then(async () => {
        await writeFile(`${path}.new`, JSON.stringify(value), { mode: PRIVATE_FILE })
        await rename(`${path}.new`, path)
      })
      .catch(() => undefined)
    return this.writing
  }
}
