import { MAX_WIRE_LEN, type PacketBatch } from '../lib/source.ts'
import { LINK_ETHERNET } from '../wire/link-types.ts'
import { ARPHRD_LOOPBACK, LINKTYPE_NONE, linkTypeOfHardware } from './arp-hardware.ts'
import {
  BLK_LEN_AT,
  NUM_PKTS_AT,
  OFFSET_TO_FIRST_PKT_AT,
  PACKET_OUTGOING,
  SLL_HATYPE_AT,
  SLL_PKTTYPE_AT,
  SOCKADDR_AT,
  TP_LEN_AT,
  TP_MAC_AT,
  TP_NEXT_OFFSET_AT,
  TP_NSEC_AT,
  TP_SEC_AT,
  TP_SNAPLEN_AT,
  TP_STATUS_AT,
  TP_STATUS_VLAN_TPID_VALID,
  TP_STATUS_VLAN_VALID,
  TP_VLAN_TCI_AT,
  TP_VLAN_TPID_AT,
  TPACKET_BLOCK_DESC_BYTES,
  TPACKET3_HDRLEN,
  V3_ALIGNMENT,
} from './native/if-packet.ts'

const MAC_ADDRESSES_LEN = 12
export const VLAN_TAG_LEN = 4
const TPID_8021Q = 0x8100

/**
 * Reads the blocks of a TPACKET_V3 ring (Documentation/networking/packet_mmap.rst) as packet batches, in place. Believes no header: an offset that leads out
 * of the block, back, or onto another packet ends the block there and is counted.
 */
export class RingBlocks {
  /** Packets that the block headers announced, whether handed over or not. */
  announced = 0
  /** Blocks that ended early because a header lied. */
  damaged = 0
  /** Packets of links that cannot be read, and the kind (ARPHRD_) of the last of them. */
  unreadable = 0
  unreadableHatype = 0

  readonly #bytes: Uint8Array
  readonly #halves: Uint16Array
  readonly #words: Uint32Array
  readonly #blockBytes: number
  /** Where the next packet's header lies, how many are left in the block, and where its bytes end. */
  #at = 0
  #left = 0
  #end = 0
  /** The kind of link of the last packet: nearly always that of the next one too. */
  #hatype = -1
  #linkType = LINKTYPE_NONE

  /** `ring` is the whole of it: blocks of `blockBytes` each, as the kernel's byte order has them. */
  constructor(ring: ArrayBuffer, blockBytes: number) {
    this.#bytes = new Uint8Array(ring)
    this.#halves = new Uint16Array(ring)
    this.#words = new Uint32Array(ring)
    this.#blockBytes = blockBytes
  }

  /** Begins with a block that the kernel has handed over. */
  open(block: number): void {
    const base = block * this.#blockBytes
    const count = this.#word(base + NUM_PKTS_AT)
    const first = this.#word(base + OFFSET_TO_FIRST_PKT_AT)
    const length = this.#word(base + BLK_LEN_AT)
    this.#at = base + first
    this.#end = base + length
    this.#left = count
    this.announced += count
    const isSound = length <= this.#blockBytes && first >= TPACKET_BLOCK_DESC_BYTES && first % V3_ALIGNMENT === 0
    if (count > 0 && !isSound) this.#endDamaged()
  }

  /** Whether packets of the block are left. */
  get more(): boolean {
    return this.#left > 0
  }

  /** Fills the batch with the next packets of the block. It may come out empty: not every packet is handed over. */
  fill(batch: PacketBatch): void {
    const bytes = this.#bytes
    const halves = this.#halves
    const words = this.#words
    const { start, capLen, wireLen, tsMs, linkType, capacity } = batch
    batch.buf = bytes
    let count = 0
    while (this.#left > 0 && count < capacity) {
      const header = this.#at
      if (header + TPACKET3_HDRLEN > this.#end) {
        this.#endDamaged()
        break
      }
      const word = header >>> 2
      const snapLen = words[word + (TP_SNAPLEN_AT >> 2)]!
      const mac = halves[(header + TP_MAC_AT) >> 1]!
      if (
        mac < TPACKET3_HDRLEN ||
        header + mac + snapLen > this.#end ||
        !this.#step(words[word + (TP_NEXT_OFFSET_AT >> 2)]!, mac + snapLen)
      ) {
        this.#endDamaged()
        break
      }
      const hatype = halves[(header + SOCKADDR_AT + SLL_HATYPE_AT) >> 1]!
      // What this machine sends to itself comes a second time, as received.
      if (hatype === ARPHRD_LOOPBACK && bytes[header + SOCKADDR_AT + SLL_PKTTYPE_AT] === PACKET_OUTGOING) continue
      if (hatype !== this.#hatype) this.#learn(hatype)
      if (this.#linkType === LINKTYPE_NONE) {
        this.unreadable++
        continue
      }
      let at = header + mac
      let length = snapLen
      let frameLen = Math.max(snapLen, words[word + (TP_LEN_AT >> 2)]!)
      if ((words[word + (TP_STATUS_AT >> 2)]! & TP_STATUS_VLAN_VALID) !== 0 && this.#putTagBack(header, at, snapLen, mac)) {
        at -= VLAN_TAG_LEN
        length += VLAN_TAG_LEN
        frameLen += VLAN_TAG_LEN
      }
      start[count] = at
      capLen[count] = Math.min(length, MAX_WIRE_LEN)
      wireLen[count] = Math.min(frameLen, MAX_WIRE_LEN)
      tsMs[count] = words[word + (TP_SEC_AT >> 2)]! * 1000 + words[word + (TP_NSEC_AT >> 2)]! / 1e6
      linkType[count] = this.#linkType
      count++
    }
    batch.count = count
  }

  /** On to the next header, behind the `used` bytes of this one. False when the offset cannot be right; that of a block's last packet is 0. */
  #step(nextOffset: number, used: number): boolean {
    if (--this.#left === 0) return true
    if (nextOffset < used || nextOffset % V3_ALIGNMENT !== 0) return false
    this.#at += nextOffset
    return true
  }

  #endDamaged(): void {
    this.damaged++
    this.#left = 0
  }

  #learn(hatype: number): void {
    this.#hatype = hatype
    this.#linkType = linkTypeOfHardware(hatype)
    if (this.#linkType === LINKTYPE_NONE) this.unreadableHatype = hatype
  }

  /**
   * The kernel took the outermost VLAN tag out of the frame. The addresses move 4 bytes to the front, into the room that PACKET_RESERVE keeps, and the tag
   * goes behind them: no other byte moves.
   */
  #putTagBack(header: number, at: number, snapLen: number, mac: number): boolean {
    if (this.#linkType !== LINK_ETHERNET || snapLen < MAC_ADDRESSES_LEN || mac - VLAN_TAG_LEN < TPACKET3_HDRLEN) return false
    const bytes = this.#bytes
    const hasTpid = (this.#word(header + TP_STATUS_AT) & TP_STATUS_VLAN_TPID_VALID) !== 0
    const tpid = hasTpid ? this.#halves[(header + TP_VLAN_TPID_AT) >> 1]! : TPID_8021Q
    const tci = this.#word(header + TP_VLAN_TCI_AT)
    bytes.copyWithin(at - VLAN_TAG_LEN, at, at + MAC_ADDRESSES_LEN)
    const tag = at + MAC_ADDRESSES_LEN - VLAN_TAG_LEN
    bytes[tag] = tpid >>> 8
    bytes[tag + 1] = tpid & 0xff
    bytes[tag + 2] = (tci >>> 8) & 0xff
    bytes[tag + 3] = tci & 0xff
    return true
  }

  #word(at: number): number {
    return this.#words[at >>> 2]!
  }
}
