import type { KeptAsk, PacketStream } from '../lib/recording.ts'
import { ApiError } from './errors.ts'
import type { Questioner } from './questioner.ts'
import { MEDIA_TYPES } from './recording-parameters.ts'
import { Attachment } from './route.ts'

/** What the ring of an interface still holds of what is asked for, as a file; 404 with the reason when that is nothing. */
export async function keptPackets(questions: Questioner, id: number | undefined, ask: KeptAsk, field?: string): Promise<Attachment> {
  const { recordings, info } = questions.readOf(id)
  const stream = await recordings.kept(ask)
  if (stream === undefined) {
    const ring = await recordings.ring()
    const why =
      ring === undefined
        ? 'no packets are kept: start wiretop with --packet-ring, or record them as they pass'
        : `none of these packets is kept any more${ring.sinceMs === undefined ? '' : `: the oldest is of ${new Date(ring.sinceMs).toISOString()}`}`
    throw new ApiError('not-found', why, { field })
  }
  const name = `wiretop-${info.name.slice(0, 64)}-kept${ask.flow === undefined ? '' : `-${ask.flow}`}.${ask.format}`
  return new Attachment(name, bytesOf(stream), () => stream.stop(), MEDIA_TYPES[ask.format])
}

/** The chunks are lent, and what is sent may still wait for the network: copies. */
async function* bytesOf(stream: PacketStream): AsyncGenerator<Uint8Array> {
  for (let chunk = await stream.next(); chunk !== undefined; chunk = await stream.next()) yield chunk.slice()
}
