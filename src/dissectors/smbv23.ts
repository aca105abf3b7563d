import type { Cursor } from '../wire/cursor.ts'
import type { Context, Out } from './dissector.ts'
import { dissector, Exclude, Match, More, oneOf, text } from './dissector.ts'
import { eachFramed, framedSmb, ntlmLogin, utf16 } from './smb-frame.ts'

// MS-SMB2 §2.2.1.2.
const HEADER_LEN = 64
const COMMAND = 12
const FLAGS = 16
const LAST_COMMAND = 0x12
const FLAG_RESPONSE = 1
const NEGOTIATE = 0
const SESSION_SETUP = 1
const TREE_CONNECT = 3
const CREATE = 5
/** Transform headers (§2.2.41, §2.2.42): encrypted and compressed messages. */
const ENCRYPTED_HEADER_LEN = 52
const COMPRESSED_HEADER_LEN = 16
/** A login or a path lies within these bytes of its message. */
const ENOUGH = 8192

const DIALECTS = { 514: '2.0.2', 528: '2.1', 768: '3.0', 770: '3.0.2', 785: '3.1.1', 767: '2.???' } as const

const fields = {
  dialect: oneOf('Dialect', Object.values(DIALECTS)),
  share: text('Share'),
  file: text('File'),
  user: text('User'),
  domain: text('Domain'),
}
type Fields = Out<typeof fields>

export default dissector({
  name: 'SMBv23',
  category: 'System',
  about: 'Windows file sharing, dialects 2 and 3 (MS-SMB2): the session frame, the identifier, and a header that knows its own size',
  over: 'tcp',
  ports: [445],
  trialPorts: [139],
  firstBytes: [0],
  minLen: 5,
  // The frame is the NetBIOS session's, with or without a session request before it.
  alsoNames: { NetBIOS: 'System' },
  fields,

  signature(c) {
    const identifier = c.peek(4)
    if (identifier === 0xfd) return framedSmb(c, '\xfdSMB', ENCRYPTED_HEADER_LEN)
    if (identifier === 0xfc) return framedSmb(c, '\xfcSMB', COMPRESSED_HEADER_LEN)
    const framed = framedSmb(c, '\xfeSMB', HEADER_LEN)
    if (framed !== Match) return framed
    return c.peek16(4) === 0x4000 && c.peek(COMMAND) <= LAST_COMMAND && c.peek(COMMAND + 1) === 0 ? Match : Exclude
  },

  extract(c, out, ctx) {
    ctx.becomes('NetBIOS')
    ctx.inside('SMBv23')
    return eachFramed(c, ENOUGH, () => readMessage(c, out, ctx)) ? More : undefined
  },
})

function readMessage(c: Cursor, out: Fields, ctx: Context): void {
  if (!c.startsWith('\xfeSMB') || c.left < HEADER_LEN) return
  const start = c.pos
  const command = c.peek(COMMAND)
  const isResponse = (c.peek(FLAGS) & FLAG_RESPONSE) !== 0
  c.skip(HEADER_LEN)
  if (command === NEGOTIATE && isResponse) {
    // Structure size, security mode, dialect (§2.2.4).
    const dialect = c.skip(4).u16le() as keyof typeof DIALECTS
    if (DIALECTS[dialect] !== undefined) out.dialect = DIALECTS[dialect]
  } else if (command === SESSION_SETUP && !isResponse) readLogin(c, out, ctx)
  else if (command === TREE_CONNECT && !isResponse) {
    const path = pathAt(c, start, 4)
    if (path !== '') ctx.info((out.share = path))
  } else if (command === CREATE && !isResponse) {
    const file = pathAt(c, start, 44)
    if (file !== '') out.file = file
  }
}

function readLogin(c: Cursor, out: Fields, ctx: Context): void {
  const login = ntlmLogin(c, ENOUGH)
  if (login === undefined) return
  if (login.user !== undefined) out.user = login.user
  if (login.domain !== undefined) out.domain = login.domain
  if (login.workstation !== undefined) ctx.nameHost('client', login.workstation.toLowerCase(), 'netbios')
}

/** Offset from the header and length, `field` bytes into the body; both TREE_CONNECT (§2.2.9) and CREATE (§2.2.13) say where text lies so. */
function pathAt(c: Cursor, start: number, field: number): string {
  const offset = c.skip(field).u16le()
  const length = c.u16le()
  if (c.bad || length === 0) return ''
  const path = utf16(c.seek(start + offset), length)
  return c.bad ? '' : path.slice(0, 255)
}
