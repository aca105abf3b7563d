import { md5 } from '../lib/crypto/md5.ts'
import type { Cursor } from '../wire/cursor.ts'
import type { Context, Out } from './dissector.ts'
import { Done, dissector, Exclude, Match, More, NeedMore, text, texts } from './dissector.ts'

/** RFC 4253 §4.2: the identification line has at most 255 characters. */
const MAX_IDENTIFICATION = 255
const KEX_INIT = 20
// RFC 4253 §6 and §7.1: packet length, padding length, message number; then a cookie and ten lists of names.
const PACKET_HEADER_LEN = 4
const COOKIE_LEN = 16
const LISTS = 8
/** Algorithms of today's clients take 1.5 KB; RFC 4253 §6.1 makes 35,000 bytes the bound of a packet. */
const MAX_KEX_INIT = 16_384

// Where the lists stand: key exchange, host key, then for each direction ciphers, MACs and compression.
const KEX = 0
const TO_SERVER = [KEX, 2, 4, 6] as const
const TO_CLIENT = [KEX, 3, 5, 7] as const

// What `memo` holds: for the client's side these, the server's are shifted by one; above them the number in `offers` of what one end has offered.
const IDENTIFIED = 1
const DONE = 4
const OFFER_SHIFT = 4
const BOTH_DONE = DONE | (DONE << 1)

const fields = {
  client: text('Client software'),
  server: text('Server software'),
  hassh: text('HASSH'),
  hasshServer: text('HASSH server'),
  keyExchange: text('Key exchange'),
  hostKey: text('Host key'),
  clientCiphers: texts('Ciphers offered by the client'),
  serverCiphers: texts('Ciphers offered by the server'),
  cipherToServer: text('Cipher to server'),
  cipherToClient: text('Cipher to client'),
  macToServer: text('MAC to server'),
  macToClient: text('MAC to client'),
}
type SshOut = Out<typeof fields>

export default dissector({
  name: 'SSH',
  category: 'RemoteAccess',
  about: 'Secure Shell: the identification line; software, HASSH and what both agree on',
  over: 'tcp',
  tcpPorts: [22],
  firstBytes: [0x53],
  fields,
  maxMore: 16,

  signature(c) {
    const known = 'SSH-'.slice(0, Math.min(4, c.left))
    if (!c.startsWith(known)) return Exclude
    if (c.left < 7) return NeedMore
    const major = c.peek(4)
    return (major === 0x31 || major === 0x32) && c.peek(5) === 0x2e ? Match : Exclude
  },

  extract(c, out, ctx) {
    const side = ctx.fromClient ? 0 : 1
    if ((ctx.memo & (IDENTIFIED << side)) === 0 && !readIdentification(c, out, ctx, side)) return More
    if ((ctx.memo & (DONE << side)) === 0 && !readKexInit(c, out, ctx, side)) return More
    c.skip(c.left)
    ctx.memo |= DONE << side
    return (ctx.memo & BOTH_DONE) === BOTH_DONE ? Done : More
  },
})

/** False when it is not whole yet. */
function readIdentification(c: Cursor, out: SshOut, ctx: Context, side: 0 | 1): boolean {
  const length = c.lineLength(MAX_IDENTIFICATION + 2)
  if (length < 0 && c.left < MAX_IDENTIFICATION) return false
  ctx.memo |= IDENTIFIED << side
  if (length < 0 || !c.startsWith('SSH-')) {
    ctx.memo |= DONE << side
    return true
  }
  const identification = c.text(length)
  if (side === 0) out.client = identification
  else {
    out.server = identification
    ctx.info(identification)
  }
  // SSH 1 goes on with a packet of another form.
  if (/^SSH-1\.(?!99)/.test(identification)) ctx.memo |= DONE << side
  c.skipLine(MAX_IDENTIFICATION)
  return true
}

/** False when it is not whole yet. */
function readKexInit(c: Cursor, out: SshOut, ctx: Context, side: 0 | 1): boolean {
  if (c.left < PACKET_HEADER_LEN + 2) return false
  const length = c.peek32()
  if (length > MAX_KEX_INIT || c.peek(PACKET_HEADER_LEN + 1) !== KEX_INIT) return true
  if (c.left < PACKET_HEADER_LEN + length) return false
  const outer = c.skip(PACKET_HEADER_LEN).enter(length)
  c.skip(2 + COOKIE_LEN)
  const lists: string[] = []
  for (let i = 0; i < LISTS && c.left > 0; i++) lists.push(names(c))
  const bad = c.bad
  c.leave(outer)
  if (bad || lists.length < LISTS) return true
  // https://github.com/salesforce/hassh: the direction that this end sends in.
  const hash = md5Hex((side === 0 ? TO_SERVER : TO_CLIENT).map((i) => lists[i]).join(';'))
  const ciphers = lists[side === 0 ? 2 : 3]!.split(',')
  if (side === 0) {
    out.hassh = hash
    out.clientCiphers = ciphers
  } else {
    out.hasshServer = hash
    out.serverCiphers = ciphers
  }
  ctx.memo |= DONE << side
  agree(lists, out, ctx, side)
  return true
}

/** What ends offered lately: few programs and settings make up nearly all of it. When there is no more room, all are forgotten. */
const offers: (readonly string[])[] = []
/** Numbers up to this one were given to what is forgotten. */
let forgotten = 0
const numberOfOffer = new Map<string, number>()
const MAX_OFFERS = 1024
const MAX_OFFER_LENGTH = 4096

/** The first end's offer is noted; with the second's all is said. */
function agree(lists: readonly string[], out: SshOut, ctx: Context, side: 0 | 1): void {
  const other = offers[(ctx.memo >>> OFFER_SHIFT) - forgotten - 1]
  if (other !== undefined) {
    if (side === 0) chosen(lists, other, out)
    else chosen(other, lists, out)
    return
  }
  const key = lists.join(';')
  let number = numberOfOffer.get(key)
  if (number === undefined) {
    if (key.length > MAX_OFFER_LENGTH) return
    if (offers.length === MAX_OFFERS) forgetOffers()
    number = forgotten + offers.push(lists)
    numberOfOffer.set(key, number)
  }
  ctx.memo |= number << OFFER_SHIFT
}

function forgetOffers(): void {
  forgotten += offers.length
  offers.length = 0
  numberOfOffer.clear()
}

/** RFC 4253 §7.1: of each kind the first of the client's that the server has too. */
function chosen(client: readonly string[], server: readonly string[], out: SshOut): void {
  const first = (list: number) => {
    const served = server[list]!.split(',')
    return client[list]!.split(',').find((name) => name !== '' && served.includes(name))
  }
  out.keyExchange = first(KEX)
  out.hostKey = first(1)
  out.cipherToServer = first(2)
  out.cipherToClient = first(3)
  if (!isAuthenticated(out.cipherToServer)) out.macToServer = first(4)
  if (!isAuthenticated(out.cipherToClient)) out.macToClient = first(5)
}
/** RFC 5647, and OpenSSH's own: these ciphers need no MAC beside them. */
const isAuthenticated = (cipher = '') => cipher.includes('gcm') || cipher.startsWith('chacha20-poly1305') || cipher.startsWith('AEAD_')

/** One list whole: text() would cut it. */
function names(c: Cursor): string {
  const length = c.u32()
  const from = c.offset
  c.skip(length)
  let list = ''
  for (let i = 0; i < length && !c.bad; i++) list += String.fromCharCode(c.bytes[from + i]!)
  return list
}

const digest = new Uint8Array(16)
function md5Hex(latin: string): string {
  const bytes = Uint8Array.from(latin, (ch) => ch.charCodeAt(0))
  md5(bytes, 0, bytes.length, digest)
  return Array.from(digest, (b) => b.toString(16).padStart(2, '0')).join('')
}
