/** Texts of one generation; two are kept. */
const MAX_TEXTS = 32_768

/** One object for equal texts: fingerprints, names and URLs of thousands of flows are mostly the same few. Forgets the older half when full. */
export class SharedStrings {
  private young = new Map<string, string>()
  private old = new Map<string, string>()

  of(text: string): string {
    const known = this.young.get(text)
    if (known !== undefined) return known
    const older = this.old.get(text) ?? text
    if (this.young.size >= MAX_TEXTS) {
      this.old = this.young
      this.young = new Map()
    }
    this.young.set(older, older)
    return older
  }
}
