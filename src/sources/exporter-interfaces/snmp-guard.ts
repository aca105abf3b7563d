import * as ber from '../../dissectors/ber.ts'
import { Cursor } from '../../wire/cursor.ts'
import type { SnmpAccess } from './snmp-settings.ts'

const VERSION_2C = 1
const VERSION_3 = 3
const RESPONSE = 0xa2
const REPORT = 0xa8
const AUTHENTICATED = 1
const ENCRYPTED = 2
/** RFC 3411 §5, SnmpEngineID. */
const MIN_ENGINE_ID = 5
const MAX_ENGINE_ID = 32
/** An agent is one engine, or a few behind an address that moves; each costs the making of two keys. */
const MAX_ENGINES = 4
/** One tells of the engine, one of its clock; to each the library answers with its question. */
const MAX_REPORTS = 16

export type GuardFault =
  | 'no SNMP message'
  | 'another version than was asked'
  | 'no answer in what came'
  | 'an answer below the security level'
  | 'too many engine ids'
  | 'reports without end'

/**
 * Looks at a datagram before it is decoded: it must be an answer to what we may have asked, with the security that was asked for (RFC 3412 §7.2 step 11), reports
 * apart, which tell of the engine and of what went wrong. Of one session: it remembers the engines.
 */
export class SnmpGuard {
  private readonly isV3: boolean
  private readonly wantedFlags: number
  private readonly engines = new Set<string>()
  private reports = 0
  private readonly cursor = new Cursor()

  constructor({ credentials }: SnmpAccess) {
    this.isV3 = credentials.version === '3'
    const level = credentials.version === '3' ? credentials.level : 'noAuthNoPriv'
    this.wantedFlags = level === 'authPriv' ? AUTHENTICATED | ENCRYPTED : level === 'authNoPriv' ? AUTHENTICATED : 0
  }

  /** What is wrong with it; undefined: it may be read. */
  check(datagram: Uint8Array): GuardFault | undefined {
    const c = this.cursor.reset(datagram, 0, datagram.length)
    ber.berWhole(c, ber.SEQUENCE)
    const version = ber.berInteger(c)
    if (c.bad) return 'no SNMP message'
    if (version !== (this.isV3 ? VERSION_3 : VERSION_2C)) return 'another version than was asked'
    if (this.isV3) return this.checkV3(c)
    c.skip(ber.berWhole(c, ber.OCTET_STRING))
    return c.peek() === RESPONSE ? undefined : 'no answer in what came'
  }

  private checkV3(c: Cursor): GuardFault | undefined {
    const flags = headerFlags(c)
    const parametersEnd = ber.berWhole(c, ber.OCTET_STRING) + c.pos
    const engine = engineId(c)
    if (c.bad || engine === undefined) return 'no SNMP message'
    c.seek(parametersEnd)
    const isEncrypted = (flags & ENCRYPTED) !== 0
    if (isEncrypted && ((flags & AUTHENTICATED) === 0 || c.peek() !== ber.OCTET_STRING)) return 'no SNMP message'
    const pdu = isEncrypted ? RESPONSE : plainPdu(c)
    if (pdu !== RESPONSE && pdu !== REPORT) return 'no answer in what came'
    if (pdu === RESPONSE && (flags & (AUTHENTICATED | ENCRYPTED)) !== this.wantedFlags) return 'an answer below the security level'
    if (this.engines.size === MAX_ENGINES && !this.engines.has(engine)) return 'too many engine ids'
    this.engines.add(engine)
    if (pdu === REPORT && ++this.reports > MAX_REPORTS) return 'reports without end'
    return undefined
  }
}

/** Of the header (RFC 3412 §6): id, largest size, flags, security model. */
function headerFlags(c: Cursor): number {
  ber.berWhole(c, ber.SEQUENCE)
  ber.berInteger(c)
  ber.berInteger(c)
  if (ber.berWhole(c, ber.OCTET_STRING) !== 1) c.bad = true
  const flags = c.u8()
  ber.berInteger(c)
  return flags
}

/** Of the security parameters (RFC 3414 §2.4), whose first it is. */
function engineId(c: Cursor): string | undefined {
  ber.berWhole(c, ber.SEQUENCE)
  const length = ber.berWhole(c, ber.OCTET_STRING)
  if (length < MIN_ENGINE_ID || length > MAX_ENGINE_ID) return undefined
  return String.fromCharCode(...c.bytes.subarray(c.offset, c.offset + length))
}

/** The tag of the PDU in a scoped PDU that is not encrypted; -1: there is none. */
function plainPdu(c: Cursor): number {
  ber.berWhole(c, ber.SEQUENCE)
  c.skip(ber.berWhole(c, ber.OCTET_STRING))
  c.skip(ber.berWhole(c, ber.OCTET_STRING))
  return c.peek()
}
