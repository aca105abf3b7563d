import { dissector, Exclude, Match, num } from './dissector.ts'

// CIP Networks Library vol. 2 §2-6: a count of items, little-endian, each with type and length: an address with a sequence number, then connected data.
const ITEMS = 0x0200
const SEQUENCED_ADDRESS = 0x0280
const ADDRESS_LEN = 0x0800
const CONNECTED_DATA = 0xb100
const HEADER_LEN = 18

export default dissector({
  name: 'CIP',
  category: 'IoT-Scada',
  about: 'Cyclic data of CIP (EtherNet/IP) over UDP: an address item and a data item of exact lengths',
  over: 'udp',
  udpPorts: [2222],
  firstBytes: [2],
  secondBytes: [0],
  minLen: HEADER_LEN,
  fields: { connection: num('Connection') },

  signature(c) {
    if (c.peek16() !== ITEMS || c.peek16(2) !== SEQUENCED_ADDRESS || c.peek16(4) !== ADDRESS_LEN || c.peek16(14) !== CONNECTED_DATA)
      return Exclude
    return (c.peek(16) | (c.peek(17) << 8)) === c.left - HEADER_LEN ? Match : Exclude
  },

  extract(c, out) {
    out.connection = c.skip(6).u32le()
  },
})
