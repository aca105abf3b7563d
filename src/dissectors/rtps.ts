import { dissector, Exclude, Match, text } from './dissector.ts'

// OMG DDSI-RTPS §9.4.4: the letters, protocol version, vendor, prefix of the participant; then submessages of kind, flags and length.
const MAGICS = ['RTPS', 'RTPX']
const HEADER_LEN = 20
const MAX_MAJOR = 2

/** Assigned by the OMG. */
const VENDORS: Readonly<Record<number, string>> = {
  257: 'RTI Connext',
  258: 'OpenSplice',
  259: 'OpenDDS',
  260: 'Mil-DDS',
  261: 'InterCOM DDS',
  262: 'CoreDX',
  266: 'NI DDS',
  271: 'eProsima Fast DDS',
  272: 'Eclipse Cyclone DDS',
  273: 'GurumDDS',
  274: 'RustDDS',
}

export default dissector({
  name: 'RTPS',
  category: 'RPC',
  about: 'Publish and subscribe of DDS and ROS 2: the letters RTPS, version and vendor',
  over: 'udp',
  udpPorts: [7401],
  trialPorts: [7400, 7410, 7411],
  firstBytes: [0x52],
  secondBytes: [0x54],
  minLen: HEADER_LEN,
  fields: { version: text('Version'), vendor: text('Vendor') },

  signature: (c) =>
    MAGICS.some((magic) => c.startsWith(magic)) && c.peek(4) >= 1 && c.peek(4) <= MAX_MAJOR && c.peek(6) <= 1 ? Match : Exclude,

  extract(c, out) {
    out.version = `${c.peek(4)}.${c.peek(5)}`
    const vendor = VENDORS[c.peek16(6)]
    if (vendor !== undefined) out.vendor = vendor
  },
})
