/**
 * Which colour a name has. The palette can be told apart by the colour-blind (after Okabe and Ito, and Tol's "muted"); each entry is a pair for
 * light and dark ground, kept in CSS as --series-N. A name keeps its colour on every page and over reloads.
 */
export const PALETTE_SIZE = 12
const MAX_NAMES = 512
/** These are nobody in particular. */
const GREY: ReadonlySet<string> = new Set(['Other', 'other', 'Unknown', 'unknown', ''])

/** FNV-1a, 32 bits. */
export function hash(text: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  return h >>> 0
}

export const preferredSlot = (name: string): number => hash(name) % PALETTE_SIZE

/** The slot of a new name: its own, or the next that nobody has; its own again when all are taken. */
export function freeSlot(name: string, taken: ReadonlySet<number>): number {
  const first = preferredSlot(name)
  for (let i = 0; i < PALETTE_SIZE; i++) {
    const slot = (first + i) % PALETTE_SIZE
    if (!taken.has(slot)) return slot
  }
  return first
}

/** Gives each name a slot once and for all; the first twelve get twelve different ones. */
export class ColourBook {
  readonly #slots: Map<string, number>
  readonly #taken: Set<number>
  readonly #save: (slots: readonly (readonly [string, number])[]) => void
  constructor(slots: Iterable<readonly [string, number]> = [], save: (slots: readonly (readonly [string, number])[]) => void = () => {}) {
    this.#slots = new Map(slots)
    this.#taken = new Set(this.#slots.values())
    this.#save = save
  }
  slot(name: string): number | undefined {
    if (GREY.has(name)) return undefined
    const known = this.#slots.get(name)
    if (known !== undefined) return known
    const slot = freeSlot(name, this.#taken)
    if (this.#slots.size >= MAX_NAMES) return slot
    this.#slots.set(name, slot)
    this.#taken.add(slot)
    this.#save([...this.#slots])
    return slot
  }
}

const KEY = 'wiretop.colours'
function stored(): [string, number][] {
  try {
    const slots: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]')
    if (!Array.isArray(slots)) return []
    return slots.filter((s): s is [string, number] => Array.isArray(s) && typeof s[0] === 'string' && s[1] >= 0 && s[1] < PALETTE_SIZE)
  } catch {
    return []
  }
}
function store(slots: readonly (readonly [string, number])[]): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(slots))
  } catch {
    // Private windows may refuse storage; colours then last as long as the page.
  }
}

let book: ColourBook | undefined
/** A CSS colour for an application, a category or another named series. */
export function colourOf(name: string): string {
  book ??= new ColourBook(stored(), store)
  const slot = book.slot(name)
  return slot === undefined ? 'var(--series-other)' : `var(--series-${slot})`
}
