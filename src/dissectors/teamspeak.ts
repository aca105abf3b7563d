import { dissector, Exclude, Match } from './dissector.ts'

/** Version 3: the packets that begin a connection carry this text where others have an authentication code. */
const INIT = 'TS3INIT1'
/** Text, number of the packet, number of the client (to the server only), type. */
const INIT_LEN = INIT.length + 3

export default dissector({
  name: 'TeamSpeak',
  category: 'VoIP',
  about: 'TeamSpeak 3 voice: the text that the first packets begin with',
  over: 'udp',
  // TeamSpeak's list of ports: voice, and the public list to which servers report.
  udpPorts: [9987, 2010],
  firstBytes: [0x54],
  minLen: INIT_LEN,

  signature(c) {
    return c.startsWith(INIT) ? Match : Exclude
  },
})
