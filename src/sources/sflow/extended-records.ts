import type { FlowExtras } from '../../lib/flow-batch.ts'
import { formatAddress } from '../../wire/address.ts'
import { i32 } from '../../wire/bytes.ts'
import { Cursor } from '../../wire/cursor.ts'
import { WORD } from './xdr.ts'

export const EXTENDED_GATEWAY = 1003
export const EXTENDED_USER = 1004
export const EXTENDED_URL = 1005
export const EXTENDED_NAT = 1007
export const EXTENDED_NAT_PORT = 1020
export const VNI_EGRESS = 1029
export const VNI_INGRESS = 1030

const IPV4 = 1
const IPV6 = 2
const AS_SET = 1
/** A path or list of communities that is longer than anybody reads is cut. */
const MAX_PATH = 32
const MAX_COMMUNITIES = 32

/** Records of one sample that are kept; more are passed over. */
const MAX_KEPT = 8
/** Sets of records that are remembered, so that the same ones need not be read again. */
const MAX_REMEMBERED = 4096

type Fields = Record<string, string | number>

interface Remembered {
  readonly check: number
  readonly extras: FlowExtras | undefined
  readonly isBad: boolean
}

/**
 * What a sample's records say beside numbers. Switches tell the same again with most samples, so what was read is remembered by a seeded hash of the records' bytes: the same
 * bytes give the same object, and cost one look at them.
 */
export class ExtendedRecords {
  private readonly formats = new Int32Array(MAX_KEPT)
  private readonly from = new Int32Array(MAX_KEPT)
  private readonly to = new Int32Array(MAX_KEPT)
  private count = 0
  /** Of what `extras` said last: some record was shorter than what it tells. */
  isBad = false
  private readonly cursor = new Cursor()
  private readonly seed: number
  private readonly remembered = new Map<number, Remembered>()

  constructor(seed: number) {
    this.seed = seed
  }

  begin(): void {
    this.count = 0
  }
  add(format: number, at: number, end: number): void {
    if (this.count === MAX_KEPT) return
    this.formats[this.count] = format
    this.from[this.count] = at
    this.to[this.count++] = end
  }

  /** What all that was added says; undefined: nothing. */
  extras(b: Uint8Array): FlowExtras | undefined {
    this.isBad = false
    if (this.count === 0) return undefined
    let hash = this.seed
    let check = ~this.seed
    for (let n = 0; n < this.count; n++) {
      const end = this.to[n]!
      hash = Math.imul(hash ^ this.formats[n]!, 0x9e3779b1)
      check = Math.imul(check ^ (end - this.from[n]!), 0xc2b2ae35)
      for (let at = this.from[n]!; at < end; at += WORD) {
        // Past the end of a record that does not fill its last word stands padding.
        const word = i32(b, at)
        hash = Math.imul(hash ^ word, 0x9e3779b1)
        hash ^= hash >>> 15
        check = Math.imul(check ^ word, 0x85ebca6b)
        check ^= check >>> 13
      }
    }
    const known = this.remembered.get(hash)
    if (known !== undefined && known.check === check) {
      this.isBad = known.isBad
      return known.extras
    }
    const extras = this.read(b)
    if (this.remembered.size >= MAX_REMEMBERED) this.remembered.clear()
    this.remembered.set(hash, { check, extras, isBad: this.isBad })
    return extras
  }

  private read(b: Uint8Array): FlowExtras | undefined {
    const fields: Fields = {}
    const extras: FlowExtras = {}
    for (let n = 0; n < this.count; n++) {
      const c = this.cursor.reset(b, this.from[n]!, this.to[n]!)
      const format = this.formats[n]!
      if (format === EXTENDED_GATEWAY) gateway(c, fields)
      else if (format === EXTENDED_USER) user(c, fields)
      else if (format === EXTENDED_URL) url(c, extras)
      else if (format === EXTENDED_NAT) nat(c, fields)
      else if (format === EXTENDED_NAT_PORT) natPort(c, fields)
      else put(fields, format === VNI_EGRESS ? 'egressVni' : 'ingressVni', c.u32())
      if (c.bad) this.isBad = true
    }
    if (Object.keys(fields).length > 0) extras.fields = fields
    return extras.fields === undefined && extras.info === undefined && extras.serverName === undefined ? undefined : extras
  }
}

function put(fields: Fields, name: string, value: string | number): void {
  if (value !== '' && value !== 0) fields[name] = value
}

/** '' for an unknown one. */
function address(c: Cursor): string {
  const type = c.u32()
  if (type === IPV4) return formatAddress(0, 0, 0xffff, c.u32())
  if (type !== IPV6) return ''
  const [w0, w1, w2] = [c.u32(), c.u32(), c.u32()]
  return formatAddress(w0, w1, w2, c.u32())
}

/** extended_gateway: next hop, own AS, AS of the source and of the peer it came from, path to the destination, communities, preference. */
function gateway(c: Cursor, fields: Fields): void {
  address(c)
  c.skip(2 * WORD)
  put(fields, 'bgpPrevAdjacentAsNumber', c.u32())
  const path = pathOf(c)
  put(fields, 'bgpNextAdjacentAsNumber', path.first)
  put(fields, 'asPath', path.text)
  const communities: string[] = []
  for (let n = countOf(c); n > 0; n--) {
    const community = c.u32()
    if (communities.length < MAX_COMMUNITIES) communities.push(`${community >>> 16}:${community & 0xffff}`)
  }
  if (c.bad) return
  put(fields, 'communities', communities.join(' '))
  put(fields, 'localPref', c.u32())
}
function pathOf(c: Cursor): { first: number; text: string } {
  const parts: string[] = []
  let first = 0
  let length = 0
  for (let segments = c.u32(); segments > 0 && c.left > 0; segments--) {
    const isSet = c.u32() === AS_SET
    const segment: number[] = []
    for (let n = c.u32(); n > 0 && c.left > 0; n--) {
      const as = c.u32()
      first ||= as
      if (length++ < MAX_PATH) segment.push(as)
    }
    if (segment.length > 0) parts.push(isSet ? `{${segment.join(',')}}` : segment.join(' '))
  }
  return { first, text: parts.join(' ') }
}

/** A count of words, as many as there can be. */
function countOf(c: Cursor): number {
  const told = c.u32()
  return Math.min(told, Math.floor(c.left / WORD))
}

/** extended_user: each name behind its character set. */
function user(c: Cursor, fields: Fields): void {
  for (const name of ['srcUser', 'dstUser']) {
    c.skip(WORD)
    put(fields, name, xdrText(c))
  }
}

/** extended_url: which way, the URL, and the host as the client asked for it. */
function url(c: Cursor, extras: FlowExtras): void {
  c.skip(WORD)
  const path = xdrText(c)
  const host = xdrText(c).replace(/:\d+$/, '')
  if (path !== '') extras.info = path
  if (host !== '') extras.serverName = host
}

function nat(c: Cursor, fields: Fields): void {
  for (const end of ['Source', 'Destination']) {
    const told = address(c)
    put(fields, `postNAT${end}${told.includes(':') ? 'IPv6' : 'IPv4'}Address`, c.bad ? '' : told)
  }
}
function natPort(c: Cursor, fields: Fields): void {
  put(fields, 'postNAPTSourceTransportPort', c.u32())
  put(fields, 'postNAPTDestinationTransportPort', c.u32())
}

function xdrText(c: Cursor): string {
  const length = c.u32()
  const text = c.text(length)
  if (c.left > 0) c.skip(Math.min(c.left, -length & 3))
  return text
}
