import { dissector, Exclude, Match, num, text } from './dissector.ts'

// Beckhoff TE1000: AMS/TCP: two reserved bytes, length; AMS: target and source (net id, port), command, flags, length of data, error, invoke id; little-endian.
const TCP_HEADER_LEN = 6
const AMS_HEADER_LEN = 32
const MAX_DATA = 1 << 24
const REQUEST = 0x0004
const RESPONSE = 0x0005
/** Without an answer, over UDP, high priority, with a time stamp. */
const OTHER_FLAGS = 0x0002 | 0x0008 | 0x0010 | 0x0020 | 0x0040

const COMMANDS = [
  'invalid',
  'read device info',
  'read',
  'write',
  'read state',
  'write control',
  'add notification',
  'delete notification',
  'notification',
  'read and write',
] as const

export default dissector({
  name: 'BeckhoffADS',
  category: 'IoT-Scada',
  about: 'TwinCAT controllers by Beckhoff (AMS/ADS): two lengths that agree, a known command and its flags',
  over: 'tcp',
  tcpPorts: [48_898],
  firstBytes: [0],
  secondBytes: [0],
  minLen: TCP_HEADER_LEN + AMS_HEADER_LEN,
  fields: { command: text('Command'), target: text('Target'), targetPort: num('Target port'), source: text('Source') },

  signature(c) {
    const length = c.skip(2).u32le()
    const command = c.skip(16).u16le()
    const flags = c.u16le()
    const data = c.u32le()
    if (data > MAX_DATA || length !== AMS_HEADER_LEN + data || command === 0 || command >= COMMANDS.length) return Exclude
    const kind = flags & ~OTHER_FLAGS
    return kind === REQUEST || kind === RESPONSE ? Match : Exclude
  },

  extract(c, out, ctx) {
    c.skip(TCP_HEADER_LEN)
    const netId = () => [0, 0, 0, 0, 0, 0].map(() => c.u8()).join('.')
    out.target = netId()
    out.targetPort = c.u16le()
    out.source = netId()
    const command = COMMANDS[c.skip(2).u16le()]
    if (command !== undefined) ctx.info((out.command = command))
  },
})
