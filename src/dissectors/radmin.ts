import { dissector, Exclude, Match, NeedMore } from './dissector.ts'

// A message: 1, length, checksum, data. The client's first has the one byte 8, whose checksum is 8.
const HELLO = '\x01\0\0\0\x01\0\0\0\x08\x08'

export default dissector({
  name: 'Radmin',
  category: 'RemoteAccess',
  about: "Radmin's remote control: the first message of a client",
  over: 'tcp',
  tcpPorts: [4899],
  firstBytes: [1],
  secondBytes: [0],
  minLen: 2,

  signature(c) {
    if (c.left >= HELLO.length) return c.left === HELLO.length && c.startsWith(HELLO) ? Match : Exclude
    return c.startsWith(HELLO.slice(0, c.left)) ? NeedMore : Exclude
  },
})
