import type { ProgramAnswer, ProgramFinder } from '../lib/programs.ts'
import type { LiveTables } from '../tables/live-tables.ts'
import { type AddressWords, parseAddress } from '../wire/address.ts'
import { OwnAddresses } from './own-addresses.ts'
import { ProgramNames } from './program-names.ts'

/** The worker's end of the finder of programs, which the main thread asks: one question at a time (see `ProgramNames`). */
export class AskedPrograms {
  private readonly own = new OwnAddresses()
  private readonly names: ProgramNames
  private waiting: { resolve(answer: ProgramAnswer): void; reject(error: Error): void } | undefined

  /** `ask` sends the question to the main thread, whose answer comes by `found`. */
  constructor(tables: LiveTables, addresses: readonly string[], ask: (wanted: Uint32Array) => void) {
    const finder: ProgramFinder = {
      find: (wanted) =>
        new Promise((resolve, reject) => {
          this.waiting = { resolve, reject }
          ask(wanted)
        }),
    }
    this.setAddresses(addresses)
    this.names = new ProgramNames(tables, finder, this.own)
  }

  /** `192.0.2.1` or `fe80::1%eth0`. */
  setAddresses(addresses: readonly string[]): void {
    this.own.set(addresses.flatMap((text) => wordsOf(text) ?? []))
  }

  tick(): void {
    void this.names.tick()
  }

  found(answer: ProgramAnswer | string): void {
    const asked = this.waiting
    this.waiting = undefined
    if (typeof answer === 'string') asked?.reject(new Error(answer))
    else asked?.resolve(answer)
  }
}

const wordsOf = (text: string): [AddressWords] | undefined => {
  const words = parseAddress(text.replace(/[%/].*$/, ''))
  return words === undefined ? undefined : [words]
}
