import { dissector, Exclude, Match } from './dissector.ts'

/** Devices keep a tunnel to the dashboard open from and to this port; what it carries is enciphered behind a constant. */
const PORT = 7351
const MAGIC = 0xfef72891

export default dissector({
  name: 'MerakiCloud',
  category: 'Network',
  about: 'Cisco Meraki devices and their dashboard: the constant that begins every packet',
  over: 'udp',
  trialPorts: [PORT],
  firstBytes: [MAGIC >>> 24],
  secondBytes: [(MAGIC >>> 16) & 0xff],
  minLen: 16,

  signature: (c) => (c.peek32() === MAGIC ? Match : Exclude),
})
