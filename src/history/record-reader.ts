/** How flows of the past are read again, whatever store has them. */
import type { Cell, FlowRange } from '../lib/history.ts'

/** What can be missing or unreadable alone: a file, or a span of time. */
export interface RecordPart {
  readonly name: string
  /** For the progress. */
  readonly bytes: number
}

/** Records column by column; what a store does not have of them, or what is absent, is null or not there. */
export interface RecordRows {
  readonly count: number
  readonly columns: Readonly<Record<string, readonly (bigint | Cell)[] | undefined>>
}

export interface RecordReader {
  /** Its parts are files, which are counted for the console. */
  readonly hasFiles: boolean
  /** In the order in which they are to be read. Rejects when the store cannot be asked. */
  parts(): Promise<readonly RecordPart[]>
  /** Records of the part that the range and its filter let through, in the order of time. Rejects with a MissingPart, or with why it cannot be read. */
  read(part: RecordPart, each: (rows: RecordRows) => void, signal: AbortSignal): Promise<void>
  close(): Promise<void>
}

/** It was there when the store was asked, and is not any more. */
export class MissingPart extends Error {
  override readonly name = 'MissingPart'
}

export interface ReaderOptions<Place> {
  /** As the store told it. */
  readonly place: Place
  readonly range: FlowRange
  /** For what does not fit into memory. */
  readonly spillFolder: string
}
