import { bitCount, type SecondRange } from '../lib/activity.ts'
import type { HostNetwork } from '../lib/history.ts'
import { BadQuestion } from '../lib/live.ts'
import type { LiveTables } from '../tables/live-tables.ts'
import { parseAddress } from '../wire/address.ts'
import { matcher } from '../wire/address-class.ts'
import { bitsOf } from './aggregation.ts'

export interface BitsAsk extends SecondRange {
  readonly address: string
  /** Left out: in whichever VLAN. */
  readonly vlan?: number
}

/** The seconds in which a host had traffic, a bit each, lowest first; null when nothing is known of it. */
export function activityBits(t: LiveTables, ask: BitsAsk): Uint8Array | null {
  const words = parseAddress(ask.address)
  if (words === undefined) throw new BadQuestion('address', `${ask.address} is not an address`)
  const days = t.observation?.days
  const rows = days?.withAddress(...words, ask.vlan) ?? []
  if (days === undefined || rows.length === 0) return null
  const bits = new Uint8Array(bitCount(ask))
  for (const row of rows) bitsOf(days.activity, row, ask, bits)
  return bits
}

/** Nothing that was noted of these hosts over the day is known any more. */
export function forgetObserved(t: LiveTables, network: HostNetwork): true {
  const isWithin = matcher([network])
  const { vlan } = network
  t.observation?.forgetHosts(
    (w0, w1, w2, w3, ofVlan) => (vlan === undefined || vlan === ofVlan) && isWithin(w0, w1, w2, w3),
    vlan === undefined,
  )
  return true
}

/** What several workers know of one host. */
export function joinBits(parts: readonly (Uint8Array | null)[]): Uint8Array | null {
  const known = parts.filter((part) => part !== null)
  const [first] = known
  if (first === undefined) return null
  const bits = first.slice()
  for (const part of known) for (let i = 0; i < bits.length; i++) bits[i]! |= part[i]!
  return bits
}
