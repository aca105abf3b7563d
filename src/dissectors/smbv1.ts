import type { Cursor } from '../wire/cursor.ts'
import type { Context, Out } from './dissector.ts'
import { dissector, Exclude, Match, More, text, texts } from './dissector.ts'
import { eachFramed, framedSmb, ntlmLogin, utf16 } from './smb-frame.ts'

// MS-CIFS §2.2.3.1.
const HEADER_LEN = 32
const COMMAND = 4
const FLAGS = 9
const FLAGS2 = 10
const FLAG_REPLY = 0x80
/** In the second byte of the flags: strings are UTF-16. */
const FLAG2_UNICODE = 0x80
const NEGOTIATE = 0x72
const SESSION_SETUP = 0x73
const TREE_CONNECT = 0x75
const MAX_DIALECTS = 16
const ENOUGH = 8192

const fields = { dialects: texts('Dialects offered'), share: text('Share'), user: text('User'), domain: text('Domain') }
type Fields = Out<typeof fields>

export default dissector({
  name: 'SMBv1',
  category: 'System',
  about: 'Windows file sharing, the old dialects (MS-CIFS): the session frame, the identifier and a header of known shape',
  over: 'tcp',
  trialPorts: [139, 445],
  firstBytes: [0],
  minLen: 5,
  alsoNames: { NetBIOS: 'System' },
  fields,

  signature(c) {
    const framed = framedSmb(c, '\xffSMB', HEADER_LEN)
    if (framed !== Match) return framed
    // Word count and byte count end the smallest message (MS-CIFS §2.2.3).
    const words = c.peek(HEADER_LEN)
    return words <= 100 ? Match : Exclude
  },

  extract(c, out, ctx) {
    ctx.becomes('NetBIOS')
    ctx.inside('SMBv1')
    return eachFramed(c, ENOUGH, () => readMessage(c, out, ctx)) ? More : undefined
  },
})

function readMessage(c: Cursor, out: Fields, ctx: Context): void {
  // The server chose a newer dialect of those offered (MS-SMB2 §3.3.5.3).
  if (c.startsWith('\xfeSMB')) ctx.inside('SMBv23')
  if (!c.startsWith('\xffSMB') || c.left < HEADER_LEN) return
  const command = c.peek(COMMAND)
  const isReply = (c.peek(FLAGS) & FLAG_REPLY) !== 0
  const isUnicode = (c.peek(FLAGS2 + 1) & FLAG2_UNICODE) !== 0
  c.skip(HEADER_LEN)
  if (isReply) return
  if (command === NEGOTIATE) readDialects(c, out)
  else if (command === SESSION_SETUP) readLogin(c, out, ctx)
  else if (command === TREE_CONNECT) readShare(c, isUnicode, out, ctx)
}

/** Each dialect is a 2 and a text with a NUL (MS-CIFS §2.2.4.52.1). */
function readDialects(c: Cursor, out: Fields): void {
  c.skip(2 * c.u8() + 2)
  const dialects: string[] = []
  while (dialects.length < MAX_DIALECTS && c.peek() === 2) {
    const length = c.skip(1).indexOf(0, 64)
    if (length < 0) break
    dialects.push(c.text(length))
    c.skip(1)
  }
  if (dialects.length > 0) out.dialects = dialects
}

function readLogin(c: Cursor, out: Fields, ctx: Context): void {
  const login = ntlmLogin(c, ENOUGH)
  if (login === undefined) return
  if (login.user !== undefined) out.user = login.user
  if (login.domain !== undefined) out.domain = login.domain
  if (login.workstation !== undefined) ctx.nameHost('client', login.workstation.toLowerCase(), 'netbios')
}

/** Four words, the last the password's length; then password and path (MS-CIFS §2.2.4.55.1). */
function readShare(c: Cursor, isUnicode: boolean, out: Fields, ctx: Context): void {
  if (c.u8() !== 4) return
  const passwordLength = c.skip(6).u16le()
  c.skip(2 + passwordLength)
  if (isUnicode) {
    // Unicode text begins at an even offset from the header.
    if (((HEADER_LEN + 1 + 8 + 2 + passwordLength) & 1) === 1) c.skip(1)
    out.share = utf16(c, Math.min(c.left, 510))
  } else out.share = c.text(Math.max(0, c.indexOf(0, 255)))
  if (!c.bad && out.share !== '') ctx.info(out.share)
}
