import type { ResolvedHosts, WantedNames } from '../lib/host-naming.ts'
import { formatAddress } from '../wire/address.ts'
import { HOST_LIVE, HOST_LOCAL, HOST_MULTICAST } from './host-table.ts'
import type { LiveTables } from './live-tables.ts'

/** New hosts whose names are asked for in one second, and that wait for it; those beyond are counted. */
const WANTED_A_TICK = 512
const MAX_WAITING = 2048

/** Asks for the names of new hosts that nobody has told, a tick after they came. Costs a packet nothing but a note of each new host. */
export class HostResolving {
  private readonly t: LiveTables
  private readonly which: ResolvedHosts
  private readonly ask: (names: WantedNames) => void
  /** Rows of new hosts. */
  private fresh: number[] = []
  private missed = 0

  constructor(tables: LiveTables, which: ResolvedHosts, ask: (names: WantedNames) => void) {
    this.t = tables
    this.which = which
    this.ask = ask
  }

  hostComes(row: number): void {
    if (this.fresh.length < MAX_WAITING) this.fresh.push(row)
    else this.missed++
  }

  /** A second is over. */
  tick(): void {
    if (this.fresh.length === 0) return
    const addresses: string[] = []
    for (const row of this.fresh.splice(0, WANTED_A_TICK)) if (this.isWanted(row)) addresses.push(this.addressOf(row))
    if (addresses.length + this.missed > 0) this.ask({ addresses, missed: this.missed })
    this.missed = 0
  }

  /** It may have left already, or have a name by now. */
  private isWanted(row: number): boolean {
    const { flags, a0, a1, a2, a3 } = this.t.hosts.rows.go(row)
    const isRight = (flags & HOST_LIVE) !== 0 && (flags & HOST_MULTICAST) === 0 && (this.which === 'all' || (flags & HOST_LOCAL) !== 0)
    return isRight && this.t.hostNames.learned(a0, a1, a2, a3) === undefined
  }
  private addressOf(row: number): string {
    const { a0, a1, a2, a3 } = this.t.hosts.rows.go(row)
    return formatAddress(a0, a1, a2, a3)
  }
}
