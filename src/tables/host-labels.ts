import type { LiveTables } from './live-tables.ts'

/** Best names of hosts by their rows: looked up again only when some name has changed since. */
export class HostLabels {
  private readonly t: LiveTables
  private readonly names: (string | undefined)[] = []
  private readonly versions: number[] = []

  constructor(t: LiveTables) {
    this.t = t
  }

  of(row: number): string | undefined {
    if (row < 0) return undefined
    const { hostNames, hosts } = this.t
    if (this.versions[row] === hostNames.version) return this.names[row]
    const h = hosts.rows.go(row)
    this.versions[row] = hostNames.version
    return (this.names[row] = hostNames.get(h.a0, h.a1, h.a2, h.a3))
  }
}
