import { dissector, Exclude, Match } from './dissector.ts'

// Monero's Levin protocol: a signature of eight bytes, length (little-endian, eight bytes), whether an answer is wanted, command, return code, flags, version.
const SIGNATURE = [0x01210101, 0x01010101] as const
const HEADER_LEN = 33
const PROTOCOL_VERSION_AT = 29

export default dissector({
  name: 'Monero',
  category: 'Crypto_Currency',
  about: "Monero's peers: the signature and version of the Levin protocol",
  over: 'tcp',
  trialPorts: [18_080],
  firstBytes: [0x01],
  minLen: HEADER_LEN,

  signature(c) {
    const signed = c.peek32(0) === SIGNATURE[0] && c.peek32(4) === SIGNATURE[1]
    return signed && c.peek(16) <= 1 && c.peek32(PROTOCOL_VERSION_AT) === 0x01000000 ? Match : Exclude
  },
})
