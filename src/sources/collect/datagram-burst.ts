import { formatAddress } from '../../wire/address.ts'
import { hasLibc, libc } from '../native/libc.ts'

/** So many come at once, at most. */
const SLOTS = 64
/** The largest datagram of IPv4 and IPv6, and a little, so that slots do not all lie in the same lines of a cache. Pages that no datagram reached cost nothing. */
const SLOT_BYTES = 65_536 + 2112
const MSG_DONTWAIT = 0x40
const AF_INET = 2
const MAPPED = 0xffff
/** sockaddr_in6; that of IPv4 is shorter. */
const SOCKADDR_BYTES = 28
const PORT_AT = 2
const ADDRESS4_AT = 4
const ADDRESS6_AT = 8
/** mmsghdr where pointers have 64 bits: msghdr, then the bytes received. */
const MMSGHDR_BYTES = 64
const NAME_AT = 0
const NAMELEN_AT = 8
const IOV_AT = 16
const IOVLEN_AT = 24
const LEN_AT = 56
/** iovec: base and length. */
const IOVEC_BYTES = 16
const NAME_STRIDE = 32
/** Addresses of senders that are remembered as text, a power of two. */
const SENDERS = 1024

/** Datagrams of a socket, many with one call: recvmmsg(2), into memory that is there once for all. */
export class DatagramBurst {
  private readonly bytes = new Uint8Array(SLOTS * SLOT_BYTES)
  private readonly views: Uint8Array[] = []
  private readonly headers = new Uint8Array(SLOTS * MMSGHDR_BYTES)
  private readonly header32 = new Uint32Array(this.headers.buffer)
  private readonly parts = new BigUint64Array((SLOTS * IOVEC_BYTES) / 8)
  private readonly names = new Uint8Array(SLOTS * NAME_STRIDE)
  private readonly name16 = new Uint16Array(this.names.buffer)
  private readonly name = new DataView(this.names.buffer)
  private readonly senders = new Senders()

  /** Undefined where the C library cannot be called so. */
  static open(): DatagramBurst | undefined {
    return hasLibc() && libc().pointerBytes === 8 ? new DatagramBurst() : undefined
  }

  private constructor() {
    const { addressOf } = libc()
    const [bytes, parts, names] = [addressOf(this.bytes), addressOf(new Uint8Array(this.parts.buffer)), addressOf(this.names)]
    const header64 = new BigUint64Array(this.headers.buffer)
    for (let i = 0; i < SLOTS; i++) {
      this.views.push(this.bytes.subarray(i * SLOT_BYTES, i * SLOT_BYTES))
      this.parts[2 * i] = bytes + BigInt(i * SLOT_BYTES)
      this.parts[2 * i + 1] = BigInt(SLOT_BYTES)
      const at = (i * MMSGHDR_BYTES) / 8
      header64[at + NAME_AT / 8] = names + BigInt(i * NAME_STRIDE)
      header64[at + IOV_AT / 8] = parts + BigInt(i * IOVEC_BYTES)
      header64[at + IOVLEN_AT / 8] = 1n
    }
  }

  get capacity(): number {
    return SLOTS
  }

  /** Takes what waits, and says how many there were. Those before are gone. */
  receive(fd: number): number {
    for (let i = 0; i < SLOTS; i++) this.header32[(i * MMSGHDR_BYTES + NAMELEN_AT) >> 2] = SOCKADDR_BYTES
    return Math.max(0, libc().recvmmsg(fd, this.headers, SLOTS, MSG_DONTWAIT, null))
  }

  /** Bytes of number `i`; the same object as long as datagrams are as long. */
  datagram(i: number): Uint8Array {
    const length = this.header32[(i * MMSGHDR_BYTES + LEN_AT) >> 2]!
    const view = this.views[i]!
    return view.length === length ? view : (this.views[i] = this.bytes.subarray(i * SLOT_BYTES, i * SLOT_BYTES + length))
  }
  port(i: number): number {
    return this.name.getUint16(i * NAME_STRIDE + PORT_AT)
  }
  /** Who sent number `i`. At a socket of both versions IPv4 comes mapped (RFC 4291 §2.5.5.2), and reads as any other. */
  sender(i: number): string {
    const { name, senders } = this
    const at = i * NAME_STRIDE
    if (this.name16[at >> 1] === AF_INET) return senders.of(0, 0, MAPPED, name.getInt32(at + ADDRESS4_AT))
    const words = at + ADDRESS6_AT
    return senders.of(name.getInt32(words), name.getInt32(words + 4), name.getInt32(words + 8), name.getInt32(words + 12))
  }
}

/** Addresses as text, made once for each: the same few come again and again. Bounded: one that is forged takes the place of another. */
class Senders {
  private readonly words = new Int32Array(4 * SENDERS)
  private readonly texts = new Array<string>(SENDERS).fill('')

  of(w0: number, w1: number, w2: number, w3: number): string {
    const slot = (Math.imul(w0 ^ w1 ^ w2 ^ w3, 0x9e3779b1) >>> 16) & (SENDERS - 1)
    const { words, texts } = this
    const at = 4 * slot
    if (words[at] === w0 && words[at + 1] === w1 && words[at + 2] === w2 && words[at + 3] === w3 && texts[slot] !== '') return texts[slot]!
    words[at] = w0
    words[at + 1] = w1
    words[at + 2] = w2
    words[at + 3] = w3
    return (texts[slot] = formatAddress(w0, w1, w2, w3))
  }
}
