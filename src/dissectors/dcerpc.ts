import type { Cursor } from '../wire/cursor.ts'
import { type Context, dissector, Exclude, Match, NeedMore, num, type Out, oneOf, text, type Verdict } from './dissector.ts'

// C706 chapter 12. Connection-oriented: version 5, then packet type, flags, data representation, length of all, of the verifier, call id.
const CO_VERSION = 5
const CO_HEADER_LEN = 16
const MAX_VERIFIER = 8192
/** Up to where a bind names its interface. */
const BIND_LEN = 48
/** Connectionless: version 4, type, two bytes of flags, representation (3), object, interface and activity, … */
const CL_VERSION = 4
const CL_HEADER_LEN = 80
const CL_OBJECT_AT = 8
const CL_INTERFACE_AT = 24
const CL_OPERATION_AT = 68
const CL_LENGTH_AT = 74
const LAST_CL_TYPE = 10
const LITTLE_ENDIAN = 0x10
const PORT_MAPPER = 135

const TYPES = [
  'request',
  'ping',
  'response',
  'fault',
  'working',
  'nocall',
  'reject',
  'ack',
  'cl-cancel',
  'fack',
  'cancel-ack',
  'bind',
  'bind-ack',
  'bind-nak',
  'alter-context',
  'alter-context-response',
  'auth3',
  'shutdown',
  'co-cancel',
  'orphaned',
] as const
/** Those of a connection. */
const CO_TYPES = [0, 2, 3, 11, 12, 13, 14, 15, 16, 17, 18, 19]
const REQUEST = 0
const BIND = 11
const ALTER_CONTEXT = 14

/** What interfaces are called (MS-RPCE's family of documents and C706), by the first part of their UUID. */
const INTERFACES: Readonly<Record<string, string>> = {
  e1af8308: 'epmapper',
  afa8bd80: 'remote management',
  '4b324fc8': 'srvsvc',
  '6bffd098': 'wkssvc',
  '12345778': 'samr or lsarpc',
  '12345678': 'netlogon or spoolss',
  '338cd001': 'winreg',
  '367abb81': 'svcctl',
  '1ff70682': 'atsvc',
  '86d35949': 'task scheduler',
  e3514235: 'drsuapi',
  '50abc2a4': 'dns server',
  '99fcfec4': 'IOXIDResolver',
  '000001a0': 'IRemoteSCMActivator',
  c681d488: 'efsrpc',
  '82273fdc': 'eventlog',
  f6beaff7: 'eventlog 6',
}
/** IEC 61158-6-10: DEA00000-6C97-11D1-8271-… marks objects of PROFINET; DEA00001 to DEA00004 its interfaces. */
const PROFINET = 0xdea00000
const PROFINET_TAIL = 0x827100a0
const PROFINET_ENDS = ['object', 'device', 'controller', 'supervisor', 'parameter server'] as const

const fields = { packetType: oneOf('Packet type', TYPES), interface: text('Interface'), operation: num('Operation') }

export default dissector({
  name: 'DCERPC',
  category: 'RPC',
  about: 'Remote procedure calls (C706, MS-RPCE) and PROFINET’s context management: version, type, representation and a length that fits',
  over: ['tcp', 'udp'],
  ports: [PORT_MAPPER],
  trialPorts: [34_962, 34_963, 34_964],
  firstBytes: (byte, over) => byte === (over === 'tcp' ? CO_VERSION : CL_VERSION),
  secondBytes: (byte, over) => (over === 'tcp' ? byte <= 1 : byte <= LAST_CL_TYPE),
  minLen: CO_HEADER_LEN,
  fields,

  signature: (c, ctx) => (ctx.proto === 17 ? connectionless(c, ctx) : connection(c)),

  extract(c, out, ctx) {
    if (ctx.proto === 17) readConnectionless(c, out, ctx)
    else readConnection(c, out)
    if (out.interface !== undefined) ctx.info(out.interface)
  },
})

/** Integers in either order, characters in ASCII, numbers as IEEE has them; the rest is zero. */
const isRepresentation = (c: Cursor, at: number) => (c.peek(at) & 0xef) === 0 && c.peek(at + 1) === 0
const isLittle = (c: Cursor, at: number) => (c.peek(at) & LITTLE_ENDIAN) !== 0
const swap16 = (n: number) => ((n & 0xff) << 8) | (n >> 8)
const swap32 = (n: number) => (((n & 0xff) << 24) | ((n & 0xff00) << 8) | ((n >> 8) & 0xff00) | (n >>> 24)) >>> 0
const word = (c: Cursor, at: number, little: boolean) => (little ? swap16(c.peek16(at)) : c.peek16(at))
const long = (c: Cursor, at: number, little: boolean) => (little ? swap32(c.peek32(at)) : c.peek32(at))

function connection(c: Cursor): Verdict {
  if (c.peek() !== CO_VERSION || c.peek(1) > 1 || !CO_TYPES.includes(c.peek(2)) || !isRepresentation(c, 4) || c.peek16(6) !== 0)
    return Exclude
  const little = isLittle(c, 4)
  const length = word(c, 8, little)
  const verifier = word(c, 10, little)
  if (length < CO_HEADER_LEN || verifier > MAX_VERIFIER || CO_HEADER_LEN + verifier > length) return Exclude
  return c.left < Math.min(length, BIND_LEN) ? NeedMore : Match
}

function connectionless(c: Cursor, ctx: Context): Verdict {
  if (c.left < CL_HEADER_LEN || c.peek() !== CL_VERSION || c.peek(1) > LAST_CL_TYPE) return Exclude
  // Flags above these are reserved.
  if (c.peek(2) >= 0x80 || c.peek(3) > 3 || !isRepresentation(c, 4) || c.peek(6) !== 0) return Exclude
  const length = word(c, CL_LENGTH_AT, isLittle(c, 4))
  const whole = Math.max(c.left, ctx.wireLeft) - CL_HEADER_LEN
  // Behind the body a verifier may come, when the byte before the last names its protocol.
  return length === whole || (length < whole && c.peek(78) !== 0 && c.peek(78) <= 16) ? Match : Exclude
}

function readConnection(c: Cursor, out: Out<typeof fields>): void {
  const little = isLittle(c, 4)
  const type = c.peek(2)
  out.packetType = TYPES[type]
  if (type === REQUEST && c.left >= 24) out.operation = word(c, 22, little)
  // Fragment sizes, group, number of contexts; context id, count of syntaxes, then the interface.
  if ((type === BIND || type === ALTER_CONTEXT) && c.left >= BIND_LEN) out.interface = interfaceName(c, 32, little)
}

function readConnectionless(c: Cursor, out: Out<typeof fields>, ctx: Context): void {
  const little = isLittle(c, 4)
  out.packetType = TYPES[c.peek(1)]
  out.operation = word(c, CL_OPERATION_AT, little)
  const end = long(c, CL_INTERFACE_AT, little) - PROFINET
  const isProfinet = end >= 0 && end < PROFINET_ENDS.length && c.peek32(CL_INTERFACE_AT + 8) === PROFINET_TAIL
  if (isProfinet || (long(c, CL_OBJECT_AT, little) === PROFINET && c.peek32(CL_OBJECT_AT + 8) === PROFINET_TAIL)) ctx.inside('PROFINET_IO')
  out.interface = isProfinet ? `PROFINET ${PROFINET_ENDS[end]}` : interfaceName(c, CL_INTERFACE_AT, little)
}

function interfaceName(c: Cursor, at: number, little: boolean): string {
  const first = long(c, at, little).toString(16).padStart(8, '0')
  const part = (ahead: number) =>
    word(c, at + ahead, little)
      .toString(16)
      .padStart(4, '0')
  return INTERFACES[first] ?? `${first}-${part(4)}-${part(6)}`
}
