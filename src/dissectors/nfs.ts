import type { Cursor } from '../wire/cursor.ts'
import type { Context, Out, Verdict } from './dissector.ts'
import { Done, dissector, Exclude, Match, More, NeedMore, oneOf, text, u8 } from './dissector.ts'

const PORTS = [111, 2049]
// RFC 5531 §9.
const CALL = 0
const REPLY = 1
const RPC_VERSION = 2
const LAST_FLAVOUR = 6
const MAX_AUTH = 400
const LAST_ACCEPT_STATUS = 5
const UNIX = 1
/** A fragment's length, with the highest bit on the last one (RFC 5531 §11). */
const LAST_FRAGMENT = 0x80000000
const MAX_RECORD = 1 << 24
const ENOUGH = 320

/** The programs that file service over RPC is made of. */
const PROGRAMS: Readonly<Record<number, (typeof SERVICES)[number]>> = {
  100000: 'portmapper',
  100003: 'nfs',
  100005: 'mount',
  100011: 'quota',
  100021: 'lock-manager',
  100024: 'status-monitor',
  100227: 'nfs-acl',
}
const SERVICES = ['portmapper', 'nfs', 'mount', 'quota', 'lock-manager', 'status-monitor', 'nfs-acl'] as const
const MAX_VERSION = 4

// RFC 1813 §3 for version 3.
const NFS3_PROCEDURES =
  'NULL GETATTR SETATTR LOOKUP ACCESS READLINK READ WRITE CREATE MKDIR SYMLINK MKNOD REMOVE RMDIR RENAME LINK READDIR READDIRPLUS FSSTAT FSINFO PATHCONF COMMIT'.split(
    ' ',
  )

const fields = {
  service: oneOf('RPC program', SERVICES),
  version: u8('Version'),
  procedure: text('Procedure'),
  machine: text('Client machine'),
}
type Fields = Out<typeof fields>

export default dissector({
  name: 'NFS',
  category: 'DataTransfer',
  about:
    'Network file system and its helpers: an ONC RPC call (RFC 5531) to one of their programs; replies only where a call or the port says so',
  over: ['udp', 'tcp'],
  ports: [2049],
  trialPorts: [111],
  // Over TCP the mark of a last fragment; over UDP a call begins with an id.
  firstBytes: (byte, over) => over === 'udp' || byte >= 0x80,
  minLen: 24,
  fields,

  signature(c, ctx) {
    if (ctx.proto === 6) {
      const mark = c.u32()
      const length = mark % LAST_FRAGMENT
      if (mark < LAST_FRAGMENT || length < 24 || length > MAX_RECORD) return Exclude
    }
    const type = c.peek32(4)
    if (type === CALL) return soundCall(c)
    return type === REPLY && (PORTS.includes(ctx.srcPort) || PORTS.includes(ctx.dstPort)) && soundReply(c) ? Match : Exclude
  },

  extract(c, out, ctx) {
    if (ctx.proto === 6) {
      // What is told stands at the beginning; the rest of a write is not waited for.
      if (c.left < Math.min(4 + (c.peek32() % LAST_FRAGMENT), ENOUGH)) return More
      c.skip(4)
    }
    if (c.peek32(4) === CALL) {
      readCall(c, out, ctx)
      return Done
    }
    return ctx.packet < 4 ? More : Done
  },
})

function soundCall(c: Cursor): Verdict {
  const program = c.peek32(12)
  const version = c.peek32(16)
  if (program < 0 || c.peek32(8) !== RPC_VERSION || PROGRAMS[program] === undefined) return Exclude
  if (version === -1 || c.peek32(20) === -1) return NeedMore
  if (version < 1 || version > MAX_VERSION || c.peek32(20) > 64) return Exclude
  const flavour = c.peek32(24)
  if (flavour === -1) return NeedMore
  return flavour <= LAST_FLAVOUR ? Match : Exclude
}

/** Accepted, a verifier, and a status. */
function soundReply(c: Cursor): boolean {
  const flavour = c.peek32(12)
  const length = c.peek32(16)
  if (c.peek32(8) !== 0 || flavour < 0 || flavour > LAST_FLAVOUR || length > MAX_AUTH) return false
  const status = c.peek32(20 + length)
  return status >= 0 && status <= LAST_ACCEPT_STATUS
}

function readCall(c: Cursor, out: Fields, ctx: Context): void {
  c.skip(12)
  const program = c.u32()
  const version = c.u32()
  const procedure = c.u32()
  const flavour = c.u32()
  c.skip(4)
  const service = PROGRAMS[program]
  if (c.bad || service === undefined) return
  out.service = service
  out.version = version
  out.procedure = service === 'nfs' && version === 3 ? (NFS3_PROCEDURES[procedure] ?? `${procedure}`) : `${procedure}`
  ctx.info(`${service} v${version} ${out.procedure}`)
  if (flavour !== UNIX) return
  // RFC 5531 appendix A: stamp, then the machine's name.
  const length = c.skip(4).u32()
  if (length > 0 && length <= 255 && length <= c.left) out.machine = c.text(length)
}
