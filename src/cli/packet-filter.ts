import { SourceError } from '../lib/source.ts'
import { type FilterFault, PacketFilter } from '../sources/packet-filter.ts'
import { UsageError } from './usage-error.ts'

/** The filter of `-B`, once it is known that it can be used; a UsageError else, before anything starts. */
export function checkPacketFilter(text: string | undefined, libpcapPath?: string): PacketFilter | undefined {
  if (text === undefined) return undefined
  try {
    const filter = new PacketFilter(text, libpcapPath)
    const fault = filter.fault()
    if (fault !== undefined) throw new UsageError(`option -B: ${describe(text, fault)}`)
    return filter
  } catch (error) {
    if (error instanceof SourceError) throw new UsageError(`option -B: ${error.message}`)
    throw error
  }
}

const SHOWN_CHARS = 40

function describe(text: string, { message, offset }: FilterFault): string {
  return `${message}${offset === undefined ? '' : whereIn(text, offset)}: see man 7 pcap-filter`
}

function whereIn(text: string, offset: number): string {
  if (offset >= text.length) return ` at the end of '${text.slice(-SHOWN_CHARS)}', where something is missing`
  return ` at character ${offset + 1}: '${text.slice(offset, offset + SHOWN_CHARS)}'`
}
