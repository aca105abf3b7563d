import { type Network, parseAddress } from '../../wire/address.ts'

const MAX_REMEMBERED = 10_000
const WORD_BITS = 32

/** Who may send to a collector. Answers are remembered: the same few addresses ask again and again. */
export class AllowList {
  private readonly networks: readonly Network[]
  private readonly known = new Map<string, boolean>()

  /** No networks: all may. */
  constructor(networks: readonly Network[]) {
    this.networks = networks
  }

  has(address: string): boolean {
    if (this.networks.length === 0) return true
    let known = this.known.get(address)
    if (known === undefined) {
      known = this.find(address)
      if (this.known.size === MAX_REMEMBERED) this.known.clear()
      this.known.set(address, known)
    }
    return known
  }

  private find(address: string): boolean {
    const words = parseAddress(address)
    return words !== undefined && this.networks.some((network) => isWithin(words, network))
  }
}

function isWithin(words: readonly number[], { words: first, bits }: Network): boolean {
  for (let i = 0; i < words.length; i++) {
    const left = Math.min(WORD_BITS, bits - i * WORD_BITS)
    if (left <= 0) return true
    if ((words[i]! ^ first[i]!) >>> (WORD_BITS - left) !== 0) return false
  }
  return true
}
