/** Sockets as /proc/net/{tcp,tcp6,udp,udp6} list them (proc(5)): for systems that refuse netlink. */
import { MAPPED_IPV4, SocketRecord, type VisitSocket } from './socket-record.ts'

/** sl, local, remote, state, queues, timer, retransmissions, uid, timeout, inode. */
const LINE =
  /^\s*\d+: ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) [0-9A-F]{2} \S+ \S+ \S+\s+(\d{1,10})\s+\d+ (\d{1,10})(?: |$)/
const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

/** Visits each line that is sound; the head and damaged lines are passed over. */
export function readProcNet(text: string, proto: number, visit: VisitSocket): void {
  const socket = new SocketRecord()
  socket.proto = proto
  for (const line of text.split('\n')) {
    const m = LINE.exec(line)
    if (m === null || m[1]!.length !== m[3]!.length) continue
    readAddress(m[1]!, socket.local)
    readAddress(m[3]!, socket.remote)
    socket.localPort = Number.parseInt(m[2]!, 16)
    socket.remotePort = Number.parseInt(m[4]!, 16)
    socket.uid = Number(m[5])
    socket.inode = Number(m[6])
    visit(socket)
  }
}

/** Each word stands as the machine reads its four bytes: turned round on a little-endian one. */
function readAddress(hex: string, words: Int32Array): void {
  const isIpv4 = hex.length === 8
  words[0] = 0
  words[1] = 0
  words[2] = MAPPED_IPV4
  for (let i = 0; i < hex.length / 8; i++) {
    const word = Number.parseInt(hex.slice(8 * i, 8 * i + 8), 16)
    words[isIpv4 ? 3 : i] = LITTLE_ENDIAN ? swap(word) : word
  }
}
const swap = (word: number) => (word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)
