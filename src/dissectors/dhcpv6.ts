import type { Cursor } from '../wire/cursor.ts'
import type { Context, Out } from './dissector.ts'
import { dissector, Exclude, Match, oneOf, text } from './dissector.ts'
import { ipv6Text } from './dns-message.ts'

const CLIENT_PORT = 546
const SERVER_PORT = 547
const HEADER_LEN = 4
const RELAY_HEADER_LEN = 34
const RELAY_FORW = 12
const RELAY_REPL = 13
const MAX_RELAYS = 4
const MAX_OPTIONS = 64

// RFC 8415 §7.3, and RFC 5007 for the last four.
const MESSAGE_TYPES = [
  'reserved',
  'solicit',
  'advertise',
  'request',
  'confirm',
  'renew',
  'rebind',
  'reply',
  'release',
  'decline',
  'reconfigure',
  'information-request',
  'relay-forward',
  'relay-reply',
  'leasequery',
  'leasequery-reply',
  'leasequery-done',
  'leasequery-data',
] as const

const OPTION_CLIENT_ID = 1
const OPTION_IA_NA = 3
const OPTION_IA_ADDRESS = 5
const OPTION_RELAY_MESSAGE = 9
const OPTION_VENDOR_CLASS = 16
const OPTION_CLIENT_FQDN = 39

const fields = {
  messageType: oneOf('Message', MESSAGE_TYPES),
  hostName: text('Host name'),
  clientId: text('Client DUID'),
  vendorClass: text('Vendor class'),
  assignedAddress: text('Assigned address'),
}

export default dissector({
  name: 'DHCPV6',
  category: 'Network',
  about: 'Addresses for IPv6 hosts (RFC 8415): a known message type and options that fill the message exactly, on its ports',
  over: 'udp',
  trialPorts: [CLIENT_PORT, SERVER_PORT],
  firstBytes: (byte) => byte >= 1 && byte < MESSAGE_TYPES.length,
  minLen: HEADER_LEN + 4,
  every: true,
  fields,

  signature(c, ctx) {
    const usual = ctx.srcPort === CLIENT_PORT || ctx.srcPort === SERVER_PORT || ctx.dstPort === CLIENT_PORT || ctx.dstPort === SERVER_PORT
    if (!usual) return Exclude
    const type = c.peek()
    c.skip(type === RELAY_FORW || type === RELAY_REPL ? RELAY_HEADER_LEN : HEADER_LEN)
    const cut = ctx.wireLeft > c.left + HEADER_LEN
    for (let i = 0; i < MAX_OPTIONS && c.left > 0; i++) {
      if (c.u16() > 255) return Exclude
      c.skip(c.u16())
    }
    return c.bad && !cut ? Exclude : Match
  },

  extract(c, out, ctx) {
    readMessage(c, out, ctx, 0)
    if (out.hostName !== undefined && !out.hostName.includes('.')) ctx.serverName(out.hostName.toLowerCase())
    if (out.messageType !== undefined) ctx.info(out.hostName === undefined ? out.messageType : `${out.messageType} ${out.hostName}`)
  },
})

function readMessage(c: Cursor, out: Out<typeof fields>, ctx: Context, depth: number): void {
  const type = c.peek()
  if (MESSAGE_TYPES[type] !== undefined) out.messageType = MESSAGE_TYPES[type]
  const isRelay = type === RELAY_FORW || type === RELAY_REPL
  c.skip(isRelay ? RELAY_HEADER_LEN : HEADER_LEN)
  let addressAt = -1
  for (let i = 0; i < MAX_OPTIONS && c.left >= 4; i++) {
    const option = c.u16()
    const length = c.u16()
    if (length > c.left) return
    const outer = c.enter(length)
    if (option === OPTION_CLIENT_FQDN && length > 1) readFqdn(c.skip(1), out)
    else if (option === OPTION_CLIENT_ID) out.clientId = c.hex(Math.min(length, 32))
    else if (option === OPTION_VENDOR_CLASS && length > 6) out.vendorClass = c.skip(4).text(Math.min(c.u16(), c.left))
    else if (option === OPTION_IA_NA && length >= 40) addressAt = readAddress(c.skip(12), out)
    else if (option === OPTION_RELAY_MESSAGE && depth < MAX_RELAYS) readMessage(c, out, ctx, depth + 1)
    c.leave(outer)
  }
  if (type === 7 && addressAt >= 0 && out.hostName !== undefined) ctx.nameAddress(c.bytes, addressAt, 16, out.hostName, 'dhcp')
}

function readAddress(c: Cursor, out: Out<typeof fields>): number {
  if (c.u16() !== OPTION_IA_ADDRESS || c.u16() < 24) return -1
  const at = c.offset
  out.assignedAddress = ipv6Text(c)
  return c.bad ? -1 : at
}

/** RFC 4704 §4.2: DNS labels, without the last root when the name is partial. */
function readFqdn(c: Cursor, out: Out<typeof fields>): void {
  const labels: string[] = []
  for (let n = 0; n < 32 && c.left > 0; n++) {
    const size = c.u8()
    if (size === 0 || size > 63 || size > c.left) break
    labels.push(c.text(size))
  }
  if (labels.length > 0) out.hostName = labels.join('.').slice(0, 255)
}
