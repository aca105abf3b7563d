import type { Cursor } from '../wire/cursor.ts'
import { type Context, dissector, Exclude, Match, More, NeedMore, text } from './dissector.ts'

// Skinny Client Control Protocol: length of what follows the first eight bytes, version of the header, message; all least byte first.
const PORT = 2000
const HEADER_LEN = 12
const AHEAD_OF_LENGTH = 8
const MAX_LEN = 2048
/** 0 before CallManager 7, then 10 to 22. */
const MAX_VERSION = 32
const MESSAGES: Readonly<Record<number, string>> = {
  0: 'KeepAlive',
  1: 'Register',
  2: 'IpPort',
  3: 'KeypadButton',
  4: 'EnblocCall',
  5: 'Stimulus',
  6: 'OffHook',
  7: 'OnHook',
  34: 'OpenReceiveChannelAck',
  38: 'SoftKeyEvent',
  39: 'Unregister',
  129: 'RegisterAck',
  130: 'StartTone',
  131: 'StopTone',
  133: 'SetRinger',
  134: 'SetLamp',
  136: 'SetSpeakerMode',
  138: 'StartMediaTransmission',
  139: 'StopMediaTransmission',
  143: 'CallInfo',
  157: 'RegisterReject',
  256: 'KeepAliveAck',
  261: 'OpenReceiveChannel',
  262: 'CloseReceiveChannel',
  272: 'SelectSoftKeys',
  273: 'CallState',
  274: 'DisplayPromptStatus',
  285: 'DialedNumber',
}
const LAST_MESSAGE = 0x400
const REGISTER = 1
const DEVICE_NAME_LEN = 16
const OPEN_RECEIVE_CHANNEL_ACK = 34
const START_MEDIA_TRANSMISSION = 138
/** From this version on an address has its family before it and room for IPv6. */
const WIDE_ADDRESSES = 17
const MEDIA_SECONDS = 180
const MAX_MESSAGES = 32

export default dissector({
  name: 'CiscoSkinny',
  category: 'VoIP',
  about:
    'Skinny (SCCP), between Cisco’s telephones and their CallManager: exact lengths, version and message, at its port; media are announced',
  over: 'tcp',
  tcpPorts: [PORT],
  onlyOnPorts: true,
  minLen: HEADER_LEN,
  fields: { message: text('Message'), device: text('Device') },
  maxMore: 200,

  signature(c) {
    const length = u32le(c, 0)
    const message = u32le(c, AHEAD_OF_LENGTH)
    if (length < 4 || length > MAX_LEN || u32le(c, 4) > MAX_VERSION || message > LAST_MESSAGE) return Exclude
    return c.left < AHEAD_OF_LENGTH + length ? NeedMore : Match
  },

  extract(c, out, ctx) {
    for (let n = 0; n < MAX_MESSAGES && c.left >= HEADER_LEN; n++) {
      const length = u32le(c, 0)
      if (length < 4 || length > MAX_LEN) return undefined
      if (c.left < AHEAD_OF_LENGTH + length) break
      const outer = c.enter(AHEAD_OF_LENGTH + length)
      const version = u32le(c, 4)
      const message = u32le(c, AHEAD_OF_LENGTH)
      c.skip(HEADER_LEN)
      out.message = MESSAGES[message] ?? out.message
      if (message === REGISTER) out.device = textUpToZero(c, DEVICE_NAME_LEN)
      else if (message === START_MEDIA_TRANSMISSION) announceMedia(c.skip(8), version, ctx)
      else if (message === OPEN_RECEIVE_CHANNEL_ACK) announceMedia(c.skip(4), version, ctx)
      c.leave(outer)
    }
    return More
  },
})

const u32le = (c: Cursor, ahead: number): number =>
  (c.peek(ahead) | (c.peek(ahead + 1) << 8) | (c.peek(ahead + 2) << 16) | (c.peek(ahead + 3) << 24)) >>> 0

function textUpToZero(c: Cursor, max: number): string {
  const end = c.indexOf(0, max)
  return c.text(end < 0 ? Math.min(max, c.left) : end)
}

/** An address and a port, where media are awaited. */
function announceMedia(c: Cursor, version: number, ctx: Context): void {
  const isWide = version >= WIDE_ADDRESSES
  const family = isWide ? c.u32le() : 0
  const at = c.offset
  const port = c.skip(isWide ? 16 : 4).u32le()
  if (!c.bad && family === 0 && port > 0 && port < 65_536) ctx.expect('udp', c.bytes, at, 4, port, 'RTP', MEDIA_SECONDS)
}
