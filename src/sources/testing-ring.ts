/** TPACKET_V3 blocks as the kernel writes them, for tests and benches: the layout of net/packet/af_packet.c with PACKET_RESERVE for one VLAN tag. */
import * as tp from './native/if-packet.ts'
import { VLAN_TAG_LEN } from './ring-blocks.ts'

export interface RingPacket {
  readonly data: Uint8Array
  readonly wireLen?: number
  readonly sec?: number
  readonly nsec?: number
  /** ARPHRD_; Ethernet unless given. */
  readonly hatype?: number
  readonly pkttype?: number
  readonly status?: number
  readonly vlanTci?: number
  readonly vlanTpid?: number
}

const ETHERNET_HEADER_LEN = 14
const align = (bytes: number, to: number) => (bytes + to - 1) & -to
/** The network header is aligned to 16, and 16 bytes in front of it are kept for the link header. */
const MAC_AT = align(tp.TPACKET3_HDRLEN + 16, 16) + VLAN_TAG_LEN - ETHERNET_HEADER_LEN

export class RingBuilder {
  readonly buffer: ArrayBuffer
  readonly view: DataView
  readonly blockBytes: number
  #block = -1
  #at = 0
  #last = -1

  constructor(blocks: number, blockBytes: number) {
    this.buffer = new ArrayBuffer(blocks * blockBytes)
    this.view = new DataView(this.buffer)
    this.blockBytes = blockBytes
  }

  get blocks(): number {
    return this.#block + 1
  }

  /** Begins a block. False when the ring has no more. */
  open(): boolean {
    const base = ++this.#block * this.blockBytes
    if (base >= this.buffer.byteLength) {
      this.#block--
      return false
    }
    this.#at = base + tp.TPACKET_BLOCK_DESC_BYTES
    this.#last = -1
    this.#u32(base, 1)
    this.#u32(base + tp.BLOCK_STATUS_AT, tp.TP_STATUS_USER)
    this.#u32(base + tp.OFFSET_TO_FIRST_PKT_AT, tp.TPACKET_BLOCK_DESC_BYTES)
    this.#u32(base + tp.BLK_LEN_AT, tp.TPACKET_BLOCK_DESC_BYTES)
    return true
  }

  /** Where the header of the packet lies; -1 when the block is full. */
  add(packet: RingPacket): number {
    const header = this.#at
    const base = this.#block * this.blockBytes
    const total = align(MAC_AT + packet.data.length, tp.V3_ALIGNMENT)
    if (header + total > base + this.blockBytes) return -1
    if (this.#last >= 0) this.#u32(this.#last + tp.TP_NEXT_OFFSET_AT, header - this.#last)
    this.#header(header, packet)
    new Uint8Array(this.buffer).set(packet.data, header + MAC_AT)
    this.#u32(base + tp.NUM_PKTS_AT, this.view.getUint32(base + tp.NUM_PKTS_AT, true) + 1)
    this.#u32(base + tp.BLK_LEN_AT, header + total - base)
    this.#last = header
    this.#at = header + total
    return header
  }

  #header(at: number, packet: RingPacket): void {
    this.#u32(at + tp.TP_NEXT_OFFSET_AT, 0)
    this.#u32(at + tp.TP_SEC_AT, packet.sec ?? 0)
    this.#u32(at + tp.TP_NSEC_AT, packet.nsec ?? 0)
    this.#u32(at + tp.TP_SNAPLEN_AT, packet.data.length)
    this.#u32(at + tp.TP_LEN_AT, packet.wireLen ?? packet.data.length)
    this.#u32(at + tp.TP_STATUS_AT, packet.status ?? tp.TP_STATUS_USER)
    this.#u16(at + tp.TP_MAC_AT, MAC_AT)
    this.#u32(at + tp.TP_VLAN_TCI_AT, packet.vlanTci ?? 0)
    this.#u16(at + tp.TP_VLAN_TPID_AT, packet.vlanTpid ?? 0)
    const address = at + tp.SOCKADDR_AT
    this.#u16(address + tp.SLL_HATYPE_AT, packet.hatype ?? 1)
    this.view.setUint8(address + tp.SLL_PKTTYPE_AT, packet.pkttype ?? 0)
  }

  #u32(at: number, value: number): void {
    this.view.setUint32(at, value, true)
  }
  #u16(at: number, value: number): void {
    this.view.setUint16(at, value, true)
  }
}
