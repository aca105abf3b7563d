import { dissector, Exclude, Match } from './dissector.ts'

/** https://docs.syncthing.net/specs/localdisco-v4.html: a magic number, then a message whose first field is the device's 32 bytes. */
const MAGIC = 0x2ea7d90b
const DEVICE_FIELD = 0x0a20
const DEVICE_LEN = 32

export default dissector({
  name: 'Syncthing',
  category: 'Download',
  about: 'Syncthing: its announcements on the local network',
  over: 'udp',
  trialPorts: [21_027],
  firstBytes: [MAGIC >>> 24],
  minLen: 4 + 2 + DEVICE_LEN,

  signature(c) {
    return c.peek32(0) === MAGIC && c.peek16(4) === DEVICE_FIELD ? Match : Exclude
  },
})
