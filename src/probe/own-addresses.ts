import type { AddressWords } from '../wire/address.ts'
import { isIpv4 } from '../wire/address.ts'

const LOOPBACK_NET = 127

/** The addresses of this machine, loopback always among them. */
export class OwnAddresses {
  /** By the last word, which tells nearly all apart. */
  private byLastWord = new Map<number, AddressWords[]>()

  constructor(addresses: readonly AddressWords[] = []) {
    this.set(addresses)
  }

  /** They change while the machine runs. */
  set(addresses: readonly AddressWords[]): void {
    this.byLastWord = new Map()
    for (const words of [...addresses, [0, 0, 0, 1] as const]) {
      const there = this.byLastWord.get(words[3])
      if (there === undefined) this.byLastWord.set(words[3], [words])
      else there.push(words)
    }
  }

  has(w0: number, w1: number, w2: number, w3: number): boolean {
    if (isIpv4(w0, w1, w2) && w3 >>> 24 === LOOPBACK_NET) return true
    const there = this.byLastWord.get(w3)
    if (there === undefined) return false
    for (const words of there) if (words[0] === w0 && words[1] === w1 && words[2] === w2) return true
    return false
  }
}
