import { type AddressWords, addressOrder, parseNetwork } from '../wire/address.ts'
import { announcedRanges } from './address-ranges.gen.ts'
import { publishedRanges } from './published-ranges.ts'

const NOBODY = -1

/** Of whom a network is, as an index into the names given. */
interface Owned {
  readonly text: string
  readonly first: number
  readonly last: number
  readonly owner: number
}

/** Owners by address; of networks within each other the innermost counts. IPv6 networks longer than /52 are not told apart (`addressOrder`). */
export class AddressRanges {
  readonly owners: readonly string[]
  private readonly networks: readonly Owned[]
  /** From `starts[i]` up to the next start all addresses are those of `ownerAt[i]`. */
  private readonly starts: Float64Array
  private readonly ownerAt: Int16Array

  /** Lists of networks by owner; of a network that stands there twice the later one counts. Texts that are no network are passed over. */
  constructor(lists: readonly (readonly [owner: string, networks: string])[]) {
    this.owners = [...new Set(lists.map(([owner]) => owner))]
    this.networks = lists.flatMap(([owner, texts]) => ownedBy(this.owners.indexOf(owner), texts))
    const starts: number[] = []
    const ownerAt: number[] = []
    const mark = (at: number, owner: number) => {
      if (starts.at(-1) === at) ownerAt[ownerAt.length - 1] = owner
      else if (ownerAt.at(-1) !== owner) {
        starts.push(at)
        ownerAt.push(owner)
      }
    }
    // Networks lie within each other or apart: those that are open are a stack.
    const open: Owned[] = []
    const close = (upTo: number) => {
      while (open.length > 0 && open.at(-1)!.last < upTo) mark(open.pop()!.last + 1, open.at(-1)?.owner ?? NOBODY)
    }
    for (const network of this.networks.toSorted((a, b) => a.first - b.first || b.last - a.last)) {
      close(network.first)
      mark(network.first, network.owner)
      open.push(network)
    }
    close(Number.POSITIVE_INFINITY)
    this.starts = Float64Array.from(starts)
    this.ownerAt = Int16Array.from(ownerAt)
  }

  /** Index of the owner, or -1. */
  lookup(w0: number, w1: number, w2: number, w3: number): number {
    const { starts } = this
    const wanted = addressOrder(w0, w1, w2, w3)
    let low = 0
    let high = starts.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (starts[middle]! <= wanted) low = middle + 1
      else high = middle
    }
    return low === 0 ? NOBODY : this.ownerAt[low - 1]!
  }

  /** The network by which the address has its owner, for people to read. */
  networkOf(w0: number, w1: number, w2: number, w3: number): string | undefined {
    const at = addressOrder(w0, w1, w2, w3)
    const around = this.networks.filter(({ first, last }) => first <= at && at <= last)
    return around.toSorted((a, b) => a.last - a.first - (b.last - b.first))[0]?.text
  }
}

const IPV4_FIRST_BIT = 96
const IPV6_ORDER_BITS = 52

function ownedBy(owner: number, texts: string): Owned[] {
  return texts.split(/\s+/).flatMap((text) => {
    const network = text === '' ? undefined : parseNetwork(text)
    if (network === undefined) return []
    const first = addressOrder(...(network.words as AddressWords))
    const spare = text.includes(':') ? Math.max(0, IPV6_ORDER_BITS - network.bits) : 32 - (network.bits - IPV4_FIRST_BIT)
    return [{ text, first, last: first + 2 ** spare - 1, owner }]
  })
}

let known: AddressRanges | undefined
/** The networks that the program knows by itself. Read when first asked for: many an input ends without that. */
export function knownRanges(): AddressRanges {
  known ??= new AddressRanges([...Object.entries(announcedRanges), ...Object.entries(publishedRanges)])
  return known
}
