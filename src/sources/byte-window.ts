/**
 * The bytes that have arrived and are not used up: buf[at .. end). One buffer serves a whole input; what is left of a record moves to its
 * front before more is read behind it.
 */
export class ByteWindow {
  buf: Uint8Array
  view: DataView
  at = 0
  end = 0
  /** Offset in the input of buf[0]. */
  #base = 0
  readonly #maxBytes: number

  /** Holds `bytes` at first, and at most `maxBytes` when a record asks for it. */
  constructor(bytes: number, maxBytes: number) {
    this.buf = new Uint8Array(bytes)
    this.view = new DataView(this.buf.buffer)
    this.#maxBytes = maxBytes
  }

  get left(): number {
    return this.end - this.at
  }

  /** Offset in the input of the byte at `at`. */
  get offset(): number {
    return this.#base + this.at
  }

  /** Offset in the input behind the last byte that has arrived. */
  get endOffset(): number {
    return this.#base + this.end
  }

  /** Moves what is left to the front, and grows until `need` bytes from `at` fit. The caller writes at `end` and adds to it. */
  makeRoom(need: number): void {
    if (need > this.buf.length) this.#grow(Math.min(need, this.#maxBytes))
    if (this.at === 0) return
    this.buf.copyWithin(0, this.at, this.end)
    this.#base += this.at
    this.end -= this.at
    this.at = 0
  }

  #grow(need: number): void {
    let bytes = this.buf.length
    while (bytes < need) bytes *= 2
    const bigger = new Uint8Array(bytes)
    bigger.set(this.buf.subarray(0, this.end))
    this.buf = bigger
    this.view = new DataView(bigger.buffer)
  }

  /** Takes in as much of the chunk as fits, from `from`, and says how much that was. */
  append(chunk: Uint8Array, from: number, need: number): number {
    this.makeRoom(need)
    const taken = Math.min(chunk.length - from, this.buf.length - this.end)
    this.buf.set(chunk.subarray(from, from + taken), this.end)
    this.end += taken
    return taken
  }
}
