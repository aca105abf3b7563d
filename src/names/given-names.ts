interface Given {
  readonly w0: number
  readonly w1: number
  readonly w2: number
  readonly name: string
}

/**
 * What users call hosts, by their addresses (four words in network order). Never forgotten; whoever gives them bounds their number. All tables of a thread share it. A look-up allocates nothing.
 */
export class GivenNames {
  /** By the last word, in which most addresses differ. */
  private readonly byWord = new Map<number, Given[]>()
  size = 0
  /** Grows with each change. */
  version = 0

  get(w0: number, w1: number, w2: number, w3: number): string | undefined {
    if (this.size === 0) return undefined
    const there = this.byWord.get(w3 | 0)
    if (there === undefined) return undefined
    for (const one of there) if (one.w0 === (w0 | 0) && one.w1 === (w1 | 0) && one.w2 === (w2 | 0)) return one.name
    return undefined
  }

  /** '' takes it away. False: nothing has changed. */
  set(w0: number, w1: number, w2: number, w3: number, name: string): boolean {
    const before = this.get(w0, w1, w2, w3)
    if (name === (before ?? '')) return false
    const there = this.byWord.get(w3 | 0) ?? []
    const others = there.filter((one) => one.w0 !== (w0 | 0) || one.w1 !== (w1 | 0) || one.w2 !== (w2 | 0))
    this.size += (name === '' ? 0 : 1) - (there.length - others.length)
    if (name !== '') others.push({ w0: w0 | 0, w1: w1 | 0, w2: w2 | 0, name })
    if (others.length === 0) this.byWord.delete(w3 | 0)
    else this.byWord.set(w3 | 0, others)
    this.version++
    return true
  }
}
