import type { Cursor } from '../wire/cursor.ts'
import { Done, dissector, Exclude, Match, NeedMore, text } from './dissector.ts'
import { textAt } from './lines.ts'

// SoftEther VPN's sources: asking a server for one's own address ("A", answered in text), and values packed by name.
const ASK = 0x41
const ADDRESS = 'IP='
const PORT = ',PORT='
const MAX_ADDRESS = 64
// A packed value: length of the name and one, name, type, count, then for each a number, or a length and bytes.
const MAX_VALUES = 64
const MAX_NAME = 63
const NUMBER = 0
const NUMBER_64 = 4
const LAST_TYPE = 4

const fields = { operation: text('Operation'), product: text('Product'), hostname: text('Host name'), ddnsName: text('Dynamic name') }

export default dissector({
  name: 'Softether',
  category: 'VPN',
  about: "SoftEther VPN finding its way through NAT: values packed by name that fill the packet, or one's own address in text",
  over: 'udp',
  trialPorts: [5004],
  firstBytes: [0, ASK, 0x49],
  minLen: 1,
  fields,

  signature(c) {
    if (c.peek() === ASK) return c.left === 1 ? NeedMore : Exclude
    return (c.peek() === 0 ? isPack(c) : isAddress(c)) ? Match : Exclude
  },

  extract(c, out, ctx) {
    if (c.peek() !== 0) return Done
    out.operation = packedText(c, 'opcode')
    out.product = packedText(c, 'product_str')
    out.hostname = packedText(c, 'host_name')
    out.ddnsName = packedText(c, 'ddns_fqdn')
    ctx.info(out.ddnsName ?? out.operation ?? '')
    return Done
  },
})

function isAddress(c: Cursor): boolean {
  if (!c.startsWith(ADDRESS) || c.left > MAX_ADDRESS) return false
  const at = c.find(PORT, MAX_ADDRESS)
  if (at < ADDRESS.length + 3) return false
  for (let i = ADDRESS.length; i < at; i++) if (!isAddressByte(c.peek(i))) return false
  for (let i = at + PORT.length; i < c.left; i++) if (!isDigit(c.peek(i))) return false
  return c.left > at + PORT.length && c.left <= at + PORT.length + 5
}
const isDigit = (b: number) => b >= 0x30 && b <= 0x39
const isAddressByte = (b: number) => isDigit(b) || b === 0x2e || b === 0x3a || (b >= 0x61 && b <= 0x66)
const isNameByte = (b: number) => (b >= 0x61 && b <= 0x7a) || isDigit(b) || b === 0x5f || (b >= 0x41 && b <= 0x5a)

function isPack(c: Cursor): boolean {
  const count = c.peek32()
  if (count < 2 || count > MAX_VALUES) return false
  let at = 4
  for (let n = 0; n < count; n++) {
    const nameLen = c.peek32(at) - 1
    if (nameLen < 1 || nameLen > MAX_NAME) return false
    for (let i = 0; i < nameLen; i++) if (!isNameByte(c.peek(at + 4 + i))) return false
    at = behindValues(c, at + 4 + nameLen)
    if (at < 0) return false
  }
  return at === c.left
}
/** Where the next name begins, when type and values stand at `at`; -1 when they cannot. */
function behindValues(c: Cursor, at: number): number {
  const type = c.peek32(at)
  const count = c.peek32(at + 4)
  if (type < 0 || type > LAST_TYPE || count < 1 || count > MAX_VALUES) return -1
  let next = at + 8
  for (let n = 0; n < count; n++) {
    const length = type === NUMBER ? 4 : type === NUMBER_64 ? 8 : 4 + c.peek32(next)
    if (length < 4 || next + length > c.left) return -1
    next += length
  }
  return next
}

function packedText(c: Cursor, name: string): string | undefined {
  const at = c.find(`${name}\0\0\0`)
  if (at < 0) return undefined
  const typeAt = at + name.length
  const length = c.peek32(typeAt + 8)
  return c.peek32(typeAt + 4) === 1 && length > 0 && length <= 255
    ? textAt(c, typeAt + 12, Math.min(length, c.left - typeAt - 12))
    : undefined
}
