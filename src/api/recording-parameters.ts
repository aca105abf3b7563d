/** Parameters and answers that the routes of recordings and of kept packets share. */

import { BOUNDS_CEILING, CAPTURE_FORMATS, DEFAULT_BOUNDS, type PacketChoice, type ShownRecording, STREAM_ENDS } from '../lib/recording.ts'
import type { RecordingInfo, RecordingStore } from '../recording/recording-store.ts'
import { ApiError } from './errors.ts'
import { hostAddress, hostVlan, readHostAddress } from './host-address.ts'
import { Type } from './json-schema.ts'
import { filter } from './query-parameters.ts'

const MAX_FLOW_ID_LEN = 64

export const packetChoice = () => ({
  host: Type.Optional(hostAddress()),
  vlan: hostVlan(),
  flow: Type.Optional(Type.String({ minLength: 1, maxLength: MAX_FLOW_ID_LEN, description: 'Id of a flow, as a list of flows gave it' })),
  filter: filter(),
})
export const captureFormat = () =>
  Type.Enum([...CAPTURE_FORMATS], { default: 'pcapng', description: 'pcap holds packets of one link type alone' })

export const recordingBounds = () => {
  const bound = (name: keyof typeof DEFAULT_BOUNDS, description: string) =>
    Type.Integer({ minimum: 1, maximum: BOUNDS_CEILING[name], default: DEFAULT_BOUNDS[name], description })
  return {
    maxPackets: bound('maxPackets', 'It ends after so many packets'),
    maxBytes: bound('maxBytes', 'It ends before the file is longer'),
    maxSeconds: bound('maxSeconds', 'It ends after so many seconds'),
  }
}

interface Chosen {
  readonly host?: string
  readonly vlan?: number
  readonly flow?: string
  readonly filter?: string
}
/** One of host, flow and filter; with none, all packets. */
export function readChoice({ host, vlan, flow, filter }: Chosen): PacketChoice {
  const given = Object.entries({ host, flow, filter }).flatMap(([name, value]) => (value === undefined ? [] : [name]))
  if (given.length > 1) throw new ApiError('bad-parameter', `give ${given.join(' or ')}, not both`, { field: given[1] })
  if (host === undefined && vlan !== undefined)
    throw new ApiError('bad-parameter', 'vlan says more of a host: give host too', { field: 'vlan' })
  if (host !== undefined) return { host: readHostAddress(host, vlan, 'host') }
  return { ...(flow !== undefined && { flow }), ...(filter !== undefined && { filter }) }
}

const count = (description: string) => Type.Integer({ minimum: 0, description })
export const recordingInfo = Type.Unsafe<ShownRecording>(
  Type.Object(
    {
      id: Type.Integer(),
      interface: Type.Integer(),
      interfaceName: Type.String(),
      about: Type.String({ description: 'Which packets, in words' }),
      host: Type.Optional(Type.String()),
      vlan: Type.Optional(Type.Integer()),
      flow: Type.Optional(Type.String()),
      filter: Type.Optional(Type.String()),
      format: Type.Enum([...CAPTURE_FORMATS]),
      maxPackets: Type.Integer(),
      maxBytes: Type.Integer(),
      maxSeconds: Type.Integer(),
      state: Type.Enum(['running', 'ended', 'failed']),
      end: Type.Optional(Type.Enum([...STREAM_ENDS], { description: 'Why it has ended' })),
      failure: Type.Optional(Type.String({ description: 'Why it failed: one line' })),
      startedMs: Type.Number({ description: 'Epoch milliseconds' }),
      seconds: Type.Number({ minimum: 0 }),
      packets: count('In the file'),
      bytes: count('Of the file'),
      leftOut: count('Packets that matched and came faster than they could be written'),
      otherLinkType: count('Packets that matched and that the format cannot hold beside the others'),
      fileName: Type.String(),
    },
    { title: 'Recording' },
  ),
)

/** A recording as the API shows it. */
export function shown({ ask, ...info }: RecordingInfo): ShownRecording {
  const { host, flow, filter: ofFlows, format, maxPackets, maxBytes, maxSeconds } = ask
  return {
    ...info,
    ...(host && { host: host.address, ...(host.vlan !== undefined && { vlan: host.vlan }) }),
    ...(flow !== undefined && { flow }),
    ...(ofFlows !== undefined && { filter: ofFlows }),
    format,
    maxPackets,
    maxBytes,
    maxSeconds,
  }
}

export const recordingParams = Type.Object({ id: Type.Integer({ minimum: 1, description: 'As the start of the recording gave it' }) })

export function recordingOf(recordings: RecordingStore, id: number): RecordingInfo {
  const info = recordings.get(id)
  if (info === undefined) throw new ApiError('not-found', `there is no recording ${id}; it may have been removed`, { field: 'id' })
  return info
}

/** IANA has registered a type for the one and not for the other. */
export const MEDIA_TYPES = { pcap: 'application/vnd.tcpdump.pcap', pcapng: 'application/x-pcapng' } as const
export const captureFile = Type.Unsafe<never>({ type: 'string', format: 'binary', title: 'Capture' })
