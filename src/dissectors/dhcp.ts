import type { Cursor } from '../wire/cursor.ts'
import type { Context, Out } from './dissector.ts'
import { dissector, Exclude, Match, oneOf, text } from './dissector.ts'
import { ipv4Text } from './dns-message.ts'

// RFC 2131 figure 1.
const CIADDR = 12
const YIADDR = 16
const CHADDR = 28
const COOKIE = 236
const OPTIONS = COOKIE + 4
const MAGIC_COOKIE = 0x63825363
const BOOTREQUEST = 1
const BOOTREPLY = 2
const ETHERNET = 1
const MAX_HOPS = 16
/** Options of one message that are looked at. */
const MAX_OPTIONS = 128

const MESSAGE_TYPES = [
  'bootp',
  'discover',
  'offer',
  'request',
  'decline',
  'ack',
  'nak',
  'release',
  'inform',
  'forcerenew',
  'lease-query',
  'lease-unassigned',
  'lease-unknown',
  'lease-active',
] as const

const OPTION_PAD = 0
const OPTION_HOST_NAME = 12
const OPTION_REQUESTED_ADDRESS = 50
const OPTION_MESSAGE_TYPE = 53
const OPTION_PARAMETER_LIST = 55
const OPTION_VENDOR_CLASS = 60
const OPTION_CLIENT_FQDN = 81
const OPTION_END = 255

const fields = {
  messageType: oneOf('Message', MESSAGE_TYPES),
  hostName: text('Host name'),
  clientMac: text('Client MAC'),
  vendorClass: text('Vendor class'),
  fingerprint: text('Fingerprint'),
  requestedAddress: text('Requested address'),
  assignedAddress: text('Assigned address'),
}

export default dissector({
  name: 'DHCP',
  category: 'Network',
  about: 'Addresses for IPv4 hosts: a BOOTP header with the magic cookie of RFC 2131 behind it',
  over: 'udp',
  ports: [67, 68],
  firstBytes: [BOOTREQUEST, BOOTREPLY],
  minLen: OPTIONS,
  every: true,
  fields,

  signature(c) {
    if (c.peek32(COOKIE) !== MAGIC_COOKIE) return Exclude
    const hardware = c.skip(1).u8()
    const hardwareLength = c.u8()
    const hops = c.u8()
    return hardware >= 1 && hardware <= 38 && hardwareLength <= 16 && hops <= MAX_HOPS ? Match : Exclude
  },

  extract(c, out, ctx) {
    const isRequest = c.peek() === BOOTREQUEST
    const hardware = c.peek(1)
    const hardwareLength = c.peek(2)
    const clientAddress = c.peek32(CIADDR)
    const assigned = c.peek32(YIADDR)
    const start = c.offset
    c.skip(CHADDR)
    if (hardware === ETHERNET && hardwareLength === 6) out.clientMac = c.hex(6).replace(/..(?!$)/g, '$&:')
    c.seek(OPTIONS)
    let requestedAt = readOptions(c, out)
    if (out.messageType === undefined) out.messageType = 'bootp'
    if (assigned !== 0 && !isRequest) out.assignedAddress = ipv4Text(c.seek(YIADDR))
    if (out.hostName !== undefined) {
      // A client in REQUEST or INFORM has, or is about to get, the address it names; in a DISCOVER it only wishes.
      if (!isRequest) requestedAt = out.messageType === 'ack' && assigned !== 0 ? start + YIADDR : -1
      else if (clientAddress !== 0 && clientAddress !== -1) requestedAt = start + CIADDR
      else if (out.messageType !== 'request') requestedAt = -1
      if (requestedAt >= 0) ctx.nameAddress(c.bytes, requestedAt, 4, out.hostName, 'dhcp')
      // The name asked for, when it stands alone: a full one would be taken for a server's.
      if (!out.hostName.includes('.')) ctx.serverName(out.hostName.toLowerCase())
    }
    tell(out, ctx)
  },
})

function tell(out: Out<typeof fields>, ctx: Context): void {
  const who = out.hostName ?? out.clientMac
  ctx.info(who === undefined ? out.messageType! : `${out.messageType} ${who}`)
}

/** Fills `out`; gives the offset of the requested address in the cursor's bytes, or -1. */
function readOptions(c: Cursor, out: Out<typeof fields>): number {
  let requestedAt = -1
  for (let i = 0; i < MAX_OPTIONS && c.left > 0; i++) {
    const option = c.u8()
    if (option === OPTION_PAD) continue
    if (option === OPTION_END) break
    const length = c.u8()
    if (length > c.left) break
    const next = c.pos + length
    if (option === OPTION_MESSAGE_TYPE && length === 1) out.messageType = MESSAGE_TYPES[c.u8()] ?? 'bootp'
    else if (option === OPTION_REQUESTED_ADDRESS && length === 4) {
      requestedAt = c.offset
      out.requestedAddress = ipv4Text(c)
    } else if (option === OPTION_HOST_NAME && length > 0) setHostName(out, c.text(length))
    else if (option === OPTION_VENDOR_CLASS && length > 0) out.vendorClass = c.text(length)
    else if (option === OPTION_PARAMETER_LIST) out.fingerprint = numbers(c, length)
    else if (option === OPTION_CLIENT_FQDN && length > 3) setHostName(out, clientFqdn(c, length))
    c.seek(next)
  }
  return requestedAt
}

/** Some clients end the name with a NUL, which has come as U+2400. */
function setHostName(out: Out<typeof fields>, name: string): void {
  const trimmed = name.replace(/[\u2400 .]+$/, '')
  if (trimmed !== '') out.hostName ??= trimmed
}

/** RFC 4702 §2: flags, two obsolete bytes, and the name as DNS labels (E flag) or as text. */
function clientFqdn(c: Cursor, length: number): string {
  const isCanonical = (c.u8() & 0x04) !== 0
  c.skip(2)
  if (!isCanonical) return c.text(length - 3)
  const labels: string[] = []
  for (let left = length - 3, n = 0; left > 0 && n < 16; n++) {
    const size = c.u8()
    if (size === 0 || size > 63 || size >= left) break
    labels.push(c.text(size))
    left -= 1 + size
  }
  return labels.join('.')
}

function numbers(c: Cursor, count: number): string {
  let list = ''
  for (let i = 0; i < count; i++) list += i === 0 ? c.u8() : `,${c.u8()}`
  return list
}
