import type { Cursor } from '../wire/cursor.ts'
import { dissector, Exclude, Match } from './dissector.ts'

// Photon's reliable UDP: a header (peer, flags, count of commands, time, challenge), then commands whose lengths include their own header.
const HEADER_LEN = 12
const COMMAND_HEADER_LEN = 12
const CHECKED = 0xcc
const CHECKSUM_LEN = 4
const MAX_COMMANDS = 100
const LAST_COMMAND = 17
// Its ping: twelve bytes alike, and a number.
const PING_BYTE = 0x7d
const PING_LEN = 13

export default dissector({
  name: 'TocaBoca',
  category: 'Game',
  about: 'Toca Boca over Photon: commands that fill the packet exactly, at the port of its servers',
  over: 'udp',
  udpPorts: [5055],
  onlyOnPorts: true,
  minLen: HEADER_LEN + 1,

  signature: (c) => (isPing(c) || hasCommands(c) ? Match : Exclude),
})

function isPing(c: Cursor): boolean {
  if (c.left !== PING_LEN) return false
  for (let i = 0; i < PING_LEN - 1; i++) if (c.peek(i) !== PING_BYTE) return false
  return true
}

function hasCommands(c: Cursor): boolean {
  const flags = c.peek(2)
  const count = c.peek(3)
  if (count === 0 || count > MAX_COMMANDS) return false
  c.skip(HEADER_LEN + (flags === CHECKED ? CHECKSUM_LEN : 0))
  for (let n = 0; n < count; n++) {
    const command = c.peek() & 0x1f
    const length = c.peek32(4)
    if (command === 0 || command > LAST_COMMAND || length < COMMAND_HEADER_LEN || length > c.left) return false
    c.skip(length)
  }
  return c.left === 0
}
