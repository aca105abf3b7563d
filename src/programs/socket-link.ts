/** Which socket a descriptor is, by its link in /proc/PID/fd. Called ten thousand times a scan: past Node's file functions, whose errors and strings cost as much as the call. */
import koffi from 'koffi'

type ReadLink = (path: string, into: Uint8Array, length: number) => number
let readlink: ReadLink | undefined

/** "socket:[" */
const PREFIX = Uint8Array.from('socket:[', (c) => c.charCodeAt(0))
const END = ']'.charCodeAt(0)
const ZERO = '0'.charCodeAt(0)
/** Longer than any "socket:[4294967295]". */
const target = new Uint8Array(32)

/** The socket's inode; 0 where the link leads elsewhere, is gone, or may not be read. */
export function socketOfLink(path: string): number {
  readlink ??= koffi.load(null).func('intptr_t readlink(const char*, uint8_t*, size_t)') as ReadLink
  return socketInode(target, readlink(path, target, target.length))
}

export function socketInode(bytes: Uint8Array, length: number): number {
  if (length < PREFIX.length + 2 || length >= bytes.length || bytes[length - 1] !== END) return 0
  for (let i = 0; i < PREFIX.length; i++) if (bytes[i] !== PREFIX[i]) return 0
  let inode = 0
  for (let i = PREFIX.length; i < length - 1; i++) {
    const digit = bytes[i]! - ZERO
    if (digit < 0 || digit > 9) return 0
    inode = inode * 10 + digit
  }
  return inode
}
