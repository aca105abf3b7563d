/** Tells who contacted whom, every hour and at the end, to a thread that writes it into the file of the day. */
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { AGGREGATION_FAMILIES } from '../lib/aggregations.ts'
import { type ContactDumpJob, type ContactRows, type DumpMode, HOST_CONTACT } from '../lib/contact-rows.ts'
import { AS_CLIENT, AS_SERVER, NO_ROW } from '../tables/host-days.ts'
import type { LiveTables } from '../tables/live-tables.ts'
import { formatAddress } from '../wire/address.ts'

export interface ContactDump {
  /** Where a file a day is put. */
  readonly folder: string
  readonly interfaceName: string
  /** By the client of a contact: which are told. */
  readonly hosts: DumpMode
  /** By the host that asked. */
  readonly aggregations: DumpMode
  /** The thread's entry file. */
  readonly worker: string
}

const HOUR_MS = 3_600_000

class RowList implements ContactRows {
  readonly clients: string[] = []
  readonly servers: string[] = []
  readonly families: number[] = []
  readonly counts: number[] = []
  add(client: string, server: string, family: number, count: number): void {
    this.clients.push(client)
    this.servers.push(server)
    this.families.push(family)
    this.counts.push(count)
  }
}

type Words = readonly [number, number, number, number]
const named = (words: Words, vlan: number): string => (vlan === 0 ? formatAddress(...words) : `${formatAddress(...words)}@${vlan}`)

/** What has come since the last time. Of a pair that both ends have noted the client's count is told. */
export function untoldContacts(t: LiveTables, hosts: DumpMode, aggregations: DumpMode): ContactRows {
  const rows = new RowList()
  if (hosts !== 'none') addHosts(t, hosts, rows)
  if (aggregations !== 'none') addNames(t, aggregations, rows)
  return rows
}

const isTold = (t: LiveTables, mode: DumpMode, words: Words): boolean => mode === 'all' || (mode === 'local') === t.isLocal(...words)

function addHosts(t: LiveTables, mode: DumpMode, rows: RowList): void {
  const days = t.observation?.days
  if (days === undefined) return
  const { contacts } = days
  const peerOf = (list: number, i: number): Words => [0, 1, 2, 3].map((w) => contacts.word(list, i, w)) as unknown as Words
  for (let row = 0; row < days.used; row++) {
    if (!days.isLive(row)) continue
    const vlan = days.vlan(row)
    const own = [0, 1, 2, 3].map((w) => days.word(row, w)) as unknown as Words
    for (const role of [AS_CLIENT, AS_SERVER] as const) {
      const list = days.list(row, role)
      for (let i = 0; i < contacts.length(list); i++) {
        const count = contacts.untold(list, i)
        const peer = peerOf(list, i)
        const client = role === AS_CLIENT ? own : peer
        // Clients that are followed have told of it themselves.
        if (count === 0 || !isTold(t, mode, client) || (role === AS_SERVER && days.find(...peer, vlan) !== NO_ROW)) continue
        rows.add(named(client, vlan), named(role === AS_CLIENT ? peer : own, vlan), HOST_CONTACT, count)
      }
    }
  }
}

function addNames(t: LiveTables, mode: DumpMode, rows: RowList): void {
  const names = t.observation?.names?.table
  if (names === undefined) return
  for (let row = 0; row < names.used; row++) {
    if (!names.isLive(row)) continue
    const list = names.list(row)
    for (let i = 0; i < names.hosts.length(list); i++) {
      const count = names.hosts.untold(list, i)
      const host = [0, 1, 2, 3].map((w) => names.hosts.word(list, i, w)) as unknown as Words
      if (count > 0 && isTold(t, mode, host))
        rows.add(named(host, 0), names.name(row), AGGREGATION_FAMILIES[names.family(row)]!.ndpi, count)
    }
  }
}

/** '20261127': of the day there. */
function dayOf(ms: number): string {
  const d = new Date(ms)
  const two = (n: number) => String(n).padStart(2, '0')
  return `${d.getFullYear()}${two(d.getMonth() + 1)}${two(d.getDate())}`
}

export class ContactDumper {
  private readonly t: LiveTables
  private readonly dump: ContactDump
  private readonly trouble: (text: string) => void
  private hour = 0
  private day = ''
  private work: Promise<void> = Promise.resolve()

  constructor(tables: LiveTables, dump: ContactDump, trouble: (text: string) => void) {
    this.t = tables
    this.dump = dump
    this.trouble = trouble
  }

  /** What is known of a process before this one, and was not told, is of that time (epoch ms). */
  resume(writtenMs: number): void {
    this.begin(writtenMs)
  }
  private begin(ms: number): void {
    this.hour = Math.floor(ms / HOUR_MS)
    this.day = dayOf(ms)
  }

  /** Once a second: when an hour or the day is over, what has come in it is told. Whether anything was. */
  tick(): boolean {
    const { nowMs } = this.t
    if (nowMs === 0) return false
    if (Math.floor(nowMs / HOUR_MS) === this.hour && dayOf(nowMs) === this.day) return false
    const isTold = this.day !== '' && this.tell()
    this.begin(nowMs)
    return isTold
  }

  private tell(): boolean {
    const { dump, t } = this
    const rows = untoldContacts(t, dump.hosts, dump.aggregations)
    if (rows.counts.length === 0) return false
    const job: ContactDumpJob = { path: join(dump.folder, `${this.day}.sqlite`), interfaceName: dump.interfaceName, rows }
    this.work = this.work.then(() => written(new URL(dump.worker), job)).catch((error: unknown) => this.fail(job, error))
    return true
  }
  private fail({ path, rows }: ContactDumpJob, error: unknown): void {
    const why = error instanceof Error ? error.message : String(error)
    this.trouble(`${path}: ${rows.counts.length} contacts are not written (${why}); make room or give another folder with -d`)
  }

  async close(): Promise<void> {
    this.t.settle()
    this.tick()
    if (this.day !== '') this.tell()
    await this.work
  }
}

function written(entry: URL, job: ContactDumpJob): Promise<void> {
  const worker = new Worker(entry, { workerData: job, name: 'contacts' })
  return new Promise((resolve, reject) => {
    worker.once('message', () => resolve())
    worker.once('error', reject)
    worker.once('exit', (code) => reject(new Error(`its thread ended with status ${code}`)))
  })
}
