import type { KeptHosts } from '../lib/kept-hosts.ts'
import type { RowCursor } from './row-cursor.ts'
import { HostAppRow, HostRow, TallyRow } from './rows.gen.ts'

const FIRST_ROWS = 64

/** Gathers hosts until somebody takes them. */
export class HostPacker {
  readonly hosts = new HostRow(FIRST_ROWS)
  readonly apps = new HostAppRow(FIRST_ROWS)
  readonly tallies = new TallyRow(FIRST_ROWS)
  private appNames = new Map<number, string>()
  private counterNames = new Map<number, string>()
  private systems = new Map<number, string>()
  private prints = new Map<number, string>()
  private names: { at: number; name: string; source: string }[] = []

  get count(): number {
    return this.hosts.used
  }

  /** One more host, all zero, on which `hosts` stands then. Returns its place. */
  host(): number {
    return next(this.hosts)
  }
  /** What the host `at` did with an application, all zero, on which `apps` stands then. */
  app(at: number, app: number, name: () => string): void {
    next(this.apps)
    this.apps.host = at
    this.apps.app = app
    if (!this.appNames.has(app)) this.appNames.set(app, name())
  }
  tally(at: number, counter: number, sent: number, rcvd: number, name: () => string): void {
    const row = this.tallies.go(next(this.tallies))
    row.host = at
    row.counter = counter
    row.sent = sent
    row.rcvd = rcvd
    if (!this.counterNames.has(counter)) this.counterNames.set(counter, name())
  }
  name(at: number, name: string, source: string): void {
    this.names.push({ at, name, source })
  }
  system(number: number, text: string): void {
    this.systems.set(number, text)
  }
  print(number: number, text: string): void {
    this.prints.set(number, text)
  }

  /** What has been gathered; begins anew. */
  take(): KeptHosts {
    const { appNames, counterNames, systems, prints, names } = this
    const taken: KeptHosts = {
      count: this.hosts.used,
      hosts: cut(this.hosts, HostRow.bytes),
      apps: cut(this.apps, HostAppRow.bytes),
      tallies: cut(this.tallies, TallyRow.bytes),
      appNames,
      counterNames,
      systems,
      prints,
      names,
    }
    this.appNames = new Map()
    this.counterNames = new Map()
    this.systems = new Map()
    this.prints = new Map()
    this.names = []
    return taken
  }
}

function next(rows: RowCursor): number {
  if (rows.used === rows.capacity) rows.grow()
  return rows.take()
}

function cut(rows: RowCursor, bytes: number): ArrayBuffer {
  const taken = rows.u8.slice(0, rows.used * bytes)
  rows.i32.fill(0, 0, rows.used * (bytes / 4))
  rows.used = 0
  rows.live = 0
  return taken.buffer
}

/** Rows as they came; they can be read, and are as many as there is room for. */
export function rowsIn<R extends RowCursor>(make: { new (capacity: number): R; readonly bytes: number }, buffer: ArrayBuffer): R {
  const count = Math.floor(buffer.byteLength / make.bytes)
  const rows = new make(Math.max(1, count))
  rows.u8.set(new Uint8Array(buffer, 0, count * make.bytes))
  rows.used = count
  return rows
}
