import type { PacketBatch, Sink, Source, SourceStats } from '../lib/source.ts'
import { LINK_ETHERNET } from '../wire/link-types.ts'

/*
 * The trailer that Ixia's time-stamping taps put at the end of a frame, with the frame's own check sequence behind it:
 *
 *   0 type | 1 time stamp length | 2 seconds, 4 bytes | 6 nanoseconds, 4 bytes | 10 length of what came before | 11 signature, 2 bytes | 13 checksum, 2 bytes
 */
const TRAILER_LEN = 15
const TIMESTAMP_LEN_AT = 1
const SECONDS_AT = 2
const NANOSECONDS_AT = 6
const LENGTH_AT = 10
const SIGNATURE_AT = 11
const TIMESTAMP_LEN = 8
const SIGNATURE = 0xaf12
const FRAME_CHECK_LEN = 4
const STRIPPED_LEN = TRAILER_LEN + FRAME_CHECK_LEN
const NANOSECONDS = 1e9

const localOffsetSeconds = (): number => -new Date().getTimezoneOffset() * 60

/** Packets at the time that an Ixia trailer tells, without it; those that have none, or were not captured whole, stay as they are. */
export class IxiaTimed implements Source {
  readonly name: string
  readonly #source: Source
  readonly #offsetSeconds: number

  /** The tap's clock shows local time: `offsetSeconds` of it east of UTC, this machine's unless given. */
  constructor(source: Source, offsetSeconds = localOffsetSeconds()) {
    this.name = source.name
    this.#source = source
    this.#offsetSeconds = offsetSeconds
  }

  run(sink: Sink, signal: AbortSignal): Promise<void> {
    const offsetMs = this.#offsetSeconds * 1000
    const strip = (batch: PacketBatch) => {
      stripTrailers(batch, offsetMs)
      return sink.packets(batch)
    }
    return this.#source.run({ packets: strip }, signal)
  }

  stats(): SourceStats {
    return this.#source.stats()
  }
}

/** Changes the batch in place: it is filled anew before it is used again. */
function stripTrailers(batch: PacketBatch, offsetMs: number): void {
  const { buf, count, start, capLen, wireLen, tsMs, linkType } = batch
  for (let i = 0; i < count; i++) {
    const length = capLen[i]!
    if (length < STRIPPED_LEN || length !== wireLen[i]! || linkType[i] !== LINK_ETHERNET) continue
    const at = start[i]! + length - STRIPPED_LEN
    if (((buf[at + SIGNATURE_AT]! << 8) | buf[at + SIGNATURE_AT + 1]!) !== SIGNATURE) continue
    const nanoseconds = u32(buf, at + NANOSECONDS_AT)
    // A payload may hold the signature at that place; hardly the two lengths as well.
    if (buf[at + TIMESTAMP_LEN_AT] !== TIMESTAMP_LEN || buf[at + LENGTH_AT] !== LENGTH_AT || nanoseconds >= NANOSECONDS) continue
    tsMs[i] = u32(buf, at + SECONDS_AT) * 1000 + nanoseconds / 1e6 - offsetMs
    capLen[i] = length - STRIPPED_LEN
    wireLen[i] = length - STRIPPED_LEN
  }
}

const u32 = (b: Uint8Array, at: number): number => ((b[at]! << 24) | (b[at + 1]! << 16) | (b[at + 2]! << 8) | b[at + 3]!) >>> 0
