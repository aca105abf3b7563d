import { u16, u16le } from './bytes.ts'
import { END, isCut, LLC, narrow, skip } from './layers.ts'
import { damaged, note, WIFI_TRUNCATED } from './malformed.ts'
import { KIND_NON_IP, type Packet } from './packet.ts'

/* IEEE 802.11-2020 §9.2.3: 0 frame control, 2 duration, 4 address 1, 10 address 2, 16 address 3, 22 sequence control */
const HEADER_LEN = 24
const CONTROL_FRAME_LEN = 10
const ADDRESS_1 = 4
const ADDRESS_2 = 10
const ADDRESS_3 = 16
const ADDRESS_4 = 24
const TYPE_CONTROL = 1
const TYPE_DATA = 2
// Frame control with its first byte as the high one.
const VERSION = 0x0300
const NO_DATA = 0x4000
const QOS = 0x8000
const TO_DS = 0x01
const FROM_DS = 0x02
const MORE_FRAGMENTS = 0x04
const PROTECTED = 0x40
const ORDER = 0x80
const QOS_AGGREGATE = 0x80
const AGGREGATE_HEADER_LEN = 14

/** Data frames are opened; management, control and protected ones are non-IP traffic of their addresses. */
export const wifi = (p: Packet): number => frame(p, false, false)
/** Some drivers pad the header to four bytes (radiotap flag 0x20). */
export const wifiPadded = (p: Packet): number => frame(p, false, true)
/** Some access points write the 16-bit fields the other way round in CAPWAP. */
export const wifiSwapped = (p: Packet): number => frame(p, true, false)

/** Version, type and subtype in the high byte, flags in the low one. */
function frameControl(p: Packet, swapped: boolean): number {
  if (p.payloadEnd - p.payloadAt < 2) return 0
  return swapped ? u16le(p.buf, p.payloadAt) : u16(p.buf, p.payloadAt)
}

/** Whether only the swapped frame control is one of a data frame. */
export function isSwapped(p: Packet): boolean {
  const isData = (control: number) => (control & 0x0f00) === 0x0800
  return !isData(frameControl(p, false)) && isData(frameControl(p, true))
}

function frame(p: Packet, swapped: boolean, padded: boolean): number {
  const control = frameControl(p, swapped)
  const { buf: b, payloadAt: at } = p
  const length = p.payloadEnd - at
  if (length < CONTROL_FRAME_LEN) return damaged(p, WIFI_TRUNCATED)
  const type = (control >> 10) & 3
  p.kind = KIND_NON_IP
  if (type === TYPE_CONTROL || (control & VERSION) !== 0) return END
  if (length < HEADER_LEN) return damaged(p, WIFI_TRUNCATED)
  if (p.dstMacAt < 0 && p.tunnel === 0) readAddresses(p, at, type === TYPE_DATA ? control & (TO_DS | FROM_DS) : 0, length)
  if (type !== TYPE_DATA || (control & (NO_DATA | PROTECTED)) !== 0) return END
  // Later fragments of an 802.11 frame begin in the middle of a packet; the number lies in the low bits of the sequence control.
  if ((b[at + (swapped ? 23 : 22)]! & 0x0f) !== 0) return END
  const qosAt = (control & (TO_DS | FROM_DS)) === (TO_DS | FROM_DS) ? HEADER_LEN + 6 : HEADER_LEN
  const isQos = (control & QOS) !== 0
  const headerLen = qosAt + (isQos ? ((control & ORDER) !== 0 ? 6 : 2) : 0)
  const skipped = padded ? (headerLen + 3) & ~3 : headerLen
  if (length < skipped) return damaged(p, WIFI_TRUNCATED)
  const isAggregate = isQos && (b[at + qosAt]! & QOS_AGGREGATE) !== 0
  skip(p, skipped)
  if (isAggregate) return firstSubframe(p)
  if ((control & MORE_FRAGMENTS) !== 0) p.moreFragments = true
  return LLC
}

/** IEEE 802.11-2020 table 9-30. */
function readAddresses(p: Packet, at: number, ds: number, length: number): void {
  p.dstMacAt = at + ((ds & TO_DS) !== 0 ? ADDRESS_3 : ADDRESS_1)
  if (ds === FROM_DS) p.srcMacAt = at + ADDRESS_3
  else if (ds !== (TO_DS | FROM_DS)) p.srcMacAt = at + ADDRESS_2
  else p.srcMacAt = length >= ADDRESS_4 + 6 ? at + ADDRESS_4 : -1
}

/** Of an aggregate only the first subframe is shown: the frame is one packet (IEEE 802.11-2020 §9.3.2.2.2). */
function firstSubframe(p: Packet): number {
  const { buf: b, payloadAt: at } = p
  if (p.payloadEnd - at < AGGREGATE_HEADER_LEN) {
    if (!isCut(p)) note(p, WIFI_TRUNCATED)
    return END
  }
  const length = u16(b, at + 12)
  skip(p, AGGREGATE_HEADER_LEN)
  narrow(p, length)
  return LLC
}
