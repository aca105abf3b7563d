/** Which memory a worker has mapped, in words that the main thread shares: of a worker that dies somebody else must unmap it, or its socket stays where it was. */

const WORDS = 2
/** A ring and its successor. */
const PLACES = 2

export const newLedgerMemory = (): SharedArrayBuffer => new SharedArrayBuffer(PLACES * WORDS * BigUint64Array.BYTES_PER_ELEMENT)

export class MappingLedger {
  private readonly words: BigUint64Array

  constructor(memory: SharedArrayBuffer) {
    this.words = new BigUint64Array(memory)
  }

  /** What finds no place is unmapped with the process. */
  add(address: bigint, bytes: number): void {
    const { words } = this
    for (let i = 0; i < words.length; i += WORDS) {
      if (words[i] !== 0n) continue
      words[i + 1] = BigInt(bytes)
      words[i] = address
      return
    }
  }

  remove(address: bigint): void {
    const at = this.words.indexOf(address)
    if (at >= 0) this.words[at] = 0n
  }

  /** What is mapped, which from now on is the caller's to unmap. */
  takeAll(): { readonly address: bigint; readonly bytes: number }[] {
    const { words } = this
    const all: { address: bigint; bytes: number }[] = []
    for (let i = 0; i < words.length; i += WORDS) {
      if (words[i] !== 0n) all.push({ address: words[i]!, bytes: Number(words[i + 1]) })
      words[i] = 0n
    }
    return all
  }
}
