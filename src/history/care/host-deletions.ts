import { type Deletion, type HostDeletion, NO_TRACES } from '../../lib/history.ts'

/** What one more file adds to a deletion. */
export interface DeletedFrom {
  readonly filesTotal?: number
  readonly filesDone?: number
  readonly records?: number
  /** There may be more of them: one line. */
  readonly fault?: string
}

/** How far deletions of hosts are: one at a time. */
export class HostDeletions {
  last: Deletion | undefined

  /** `work` tells what each file adds. Rejects as it does, and what was done till then is told. */
  async run(wanted: HostDeletion, work: (tell: (gained: DeletedFrom) => void) => Promise<void>): Promise<Deletion> {
    let now: Deletion = { ...wanted, isOver: false, filesDone: 0, filesTotal: 0, records: 0, files: 0, traces: NO_TRACES, faults: [] }
    this.last = now
    const tell = ({ filesTotal = 0, filesDone = 0, records = 0, fault }: DeletedFrom) => {
      this.last = now = {
        ...now,
        filesTotal: now.filesTotal + filesTotal,
        filesDone: now.filesDone + filesDone,
        records: now.records + records,
        files: now.files + (records > 0 ? 1 : 0),
        faults: fault === undefined ? now.faults : [...now.faults, fault],
      }
    }
    try {
      await work(tell)
    } catch (error) {
      tell({ fault: `it was not done to its end: ${(error as Error).message}` })
      throw error
    } finally {
      this.last = now = { ...now, isOver: true }
    }
    return now
  }
}
