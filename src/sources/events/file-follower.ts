import { type FileHandle, open, stat } from 'node:fs/promises'

const CHUNK = 256 * 1024
const POLL_MS = 500
/** Chunks that are read before others get their turn. */
const CHUNKS_A_TURN = 16

/** Reads what is added to a file; notices when it begins anew, and when another file has its name. */
export class FileFollower {
  private readonly path: string
  private readonly take: (bytes: Uint8Array) => void
  private readonly fault: (cause: string) => void
  private handle: FileHandle | undefined
  private inode = -1
  private at = 0
  private isClosed = false
  private timer: NodeJS.Timeout | undefined
  private turn: Promise<void> = Promise.resolve()

  constructor(path: string, take: (bytes: Uint8Array) => void, fault: (cause: string) => void) {
    this.path = path
    this.take = take
    this.fault = fault
  }

  /** Rejects with the system's error where the file cannot be opened. */
  async open(fromStart: boolean): Promise<void> {
    await this.reopen()
    if (!fromStart) this.at = (await this.handle!.stat()).size
    this.schedule()
  }
  private async reopen(): Promise<void> {
    await this.handle?.close()
    this.handle = await open(this.path, 'r')
    this.inode = (await this.handle.stat()).ino
    this.at = 0
  }

  private schedule(): void {
    if (this.isClosed) return
    this.timer = setTimeout(() => {
      this.turn = this.look().then(() => this.schedule())
    }, POLL_MS)
  }
  private async look(): Promise<void> {
    try {
      await this.read()
      const now = await stat(this.path).catch(() => undefined)
      // Rotated: what the old one still had has been read.
      if (now !== undefined && now.ino !== this.inode) {
        await this.reopen()
        this.fault('file begun anew')
        await this.read()
      }
    } catch {
      this.fault('file that cannot be read')
    }
  }

  private async read(): Promise<void> {
    const { handle } = this
    if (handle === undefined) return
    const { size } = await handle.stat()
    if (size < this.at) {
      this.at = 0
      this.fault('file cut short')
    }
    const buffer = new Uint8Array(CHUNK)
    for (let n = 0; n < CHUNKS_A_TURN; n++) {
      const { bytesRead } = await handle.read(buffer, 0, CHUNK, this.at)
      if (bytesRead === 0) return
      this.at += bytesRead
      this.take(buffer.subarray(0, bytesRead))
    }
  }

  async close(): Promise<void> {
    this.isClosed = true
    clearTimeout(this.timer)
    await this.turn
    await this.handle?.close()
  }
}
