import { dissector, Exclude, Match, text, u32 } from './dissector.ts'
import { ipv4Text, ipv6Text } from './dns-message.ts'

// sFlow version 5 (sflow.org), §5: version, agent's address, sub-agent, sequence, uptime, count of samples.
const VERSIONS = [2, 4, 5]
const IPV4 = 1
const IPV6 = 2
const MAX_SAMPLES = 256

export default dissector({
  name: 'sFlow',
  category: 'Network',
  about: 'Samples of traffic from switches: a version, an agent’s address and a count of samples that the packet can hold',
  over: 'udp',
  ports: [6343],
  firstBytes: [0],
  secondBytes: [0],
  minLen: 28,
  fields: { version: u32('Version'), agent: text('Agent') },

  signature(c) {
    const family = c.skip(4).u32()
    const version = c.seek(0).u32()
    if (!VERSIONS.includes(version) || (family !== IPV4 && family !== IPV6)) return Exclude
    c.skip(4 + (family === IPV4 ? 4 : 16))
    if (version === 5) c.skip(4)
    c.skip(8)
    const samples = c.u32()
    return !c.bad && samples >= 1 && samples <= MAX_SAMPLES && samples * 8 <= c.left ? Match : Exclude
  },

  extract(c, out) {
    out.version = c.u32()
    out.agent = c.u32() === IPV4 ? ipv4Text(c) : ipv6Text(c)
  },
})
