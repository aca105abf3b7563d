import type { Cursor } from '../wire/cursor.ts'
import type { Context } from './dissector.ts'
import { Done, dissector, Exclude, Match, NeedMore, oneOf, text, u32 } from './dissector.ts'

const ESP = 50
const AH = 51
const IKE_PORT = 500
const NAT_PORT = 4500

// RFC 7296 §3.1
const IKE_HEADER_LEN = 28
const VERSION_1 = 0x10
const VERSION_2 = 0x20
const NEXT_PAYLOAD_AT = 16
const VERSION_AT = 17
const EXCHANGE_AT = 18
const LENGTH_AT = 24
const EXCHANGES: Readonly<Record<number, string>> = {
  1: 'Base',
  2: 'Main mode',
  3: 'Authentication only',
  4: 'Aggressive',
  5: 'Informational',
  6: 'Transaction',
  32: 'Quick mode',
  33: 'New group mode',
  34: 'IKE_SA_INIT',
  35: 'IKE_AUTH',
  36: 'CREATE_CHILD_SA',
  37: 'INFORMATIONAL',
  38: 'IKE_SESSION_RESUME',
  43: 'IKE_INTERMEDIATE',
}

export default dissector({
  name: 'IPSec',
  category: 'VPN',
  about:
    'IKE (RFC 7296, RFC 2408) whose length fills the datagram; ESP and AH by their protocol numbers, ESP in UDP by its sequence (RFC 3948)',
  over: 'udp',
  ipProtocols: [ESP, AH],
  tcpPorts: [IKE_PORT],
  udpPorts: [IKE_PORT, NAT_PORT],
  minLen: 16,
  fields: {
    version: oneOf('IKE version', ['IKEv1', 'IKEv2']),
    exchange: text('Exchange'),
    initiatorSpi: text('Initiator SPI'),
    spi: u32('SPI'),
  },

  signature(c, ctx) {
    if (ctx.srcPort !== NAT_PORT && ctx.dstPort !== NAT_PORT) return isIke(c, 0) ? Match : Exclude
    // Four zero bytes where ESP has its SPI mark IKE (RFC 3948 §2.2).
    if (c.peek32() === 0) return isIke(c, 4) ? Match : Exclude
    return espVerdict(c, ctx)
  },

  extract(c, out, ctx) {
    if (ctx.proto === ESP) out.spi = c.peek32()
    else if (ctx.proto === AH) out.spi = c.peek32(4)
    else if (isIke(c, 0)) readIke(c, out)
    else if (c.peek32() === 0 && isIke(c, 4)) readIke(c.skip(4), out)
    else out.spi = c.peek32()
    return Done
  },
})

function isIke(c: Cursor, ahead: number): boolean {
  if (c.left - ahead < IKE_HEADER_LEN) return false
  const version = c.peek(ahead + VERSION_AT)
  const next = c.peek(ahead + NEXT_PAYLOAD_AT)
  const known = version >> 4 === 2 ? next === 0 || (next >= 33 && next <= 54) : next <= 21 || next === 130 || next === 132
  return (
    (version === VERSION_1 || version === VERSION_2) &&
    known &&
    EXCHANGES[c.peek(ahead + EXCHANGE_AT)] !== undefined &&
    (c.peek32(ahead) !== 0 || c.peek32(ahead + 4) !== 0) &&
    c.peek32(ahead + LENGTH_AT) === c.left - ahead
  )
}

/** Two packets of one way with the same SPI and the next sequence number. `memo` holds the sum, which then grows by as much as the sequence does. */
function espVerdict(c: Cursor, ctx: Context) {
  const spi = c.peek32()
  const sequence = c.peek32(4)
  if (spi < 256 || sequence === 0) return Exclude
  const sign = ctx.fromClient ? 1 : -1
  const sum = sign * (spi * 16 + sequence)
  const step = sign * (sum - ctx.memo)
  if (ctx.memo !== 0 && Math.sign(ctx.memo) === sign && step >= 1 && step <= 8) return Match
  if (ctx.memo === 0) ctx.memo = sum
  return NeedMore
}

interface Out {
  version?: 'IKEv1' | 'IKEv2' | undefined
  exchange?: string | undefined
  initiatorSpi?: string | undefined
}
function readIke(c: Cursor, out: Out): void {
  out.version = c.peek(VERSION_AT) === VERSION_2 ? 'IKEv2' : 'IKEv1'
  out.exchange = EXCHANGES[c.peek(EXCHANGE_AT)]
  out.initiatorSpi = c.hex(8)
}
