import { dissector, Exclude, Match, NeedMore } from './dissector.ts'

const MAGIC = 'ZBXD'
/** Flags: Zabbix protocol (1), compressed (2), large (4). */
const LAST_FLAGS = 7

export default dissector({
  name: 'Zabbix',
  category: 'Network',
  about: 'Monitoring agents: "ZBXD" and its flags',
  over: 'tcp',
  ports: [10050, 10051],
  firstBytes: [0x5a],
  minLen: MAGIC.length,

  signature(c) {
    if (!c.startsWith(MAGIC)) return Exclude
    const flags = c.peek(MAGIC.length)
    return flags < 0 ? NeedMore : flags >= 1 && flags <= LAST_FLAGS ? Match : Exclude
  },
})
