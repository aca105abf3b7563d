import { risk } from './risk.ts'

/** They send passwords or all they carry in clear, cannot be made safe, or serve mostly what a network does not want. */
const UNSAFE = [
  'FTP_CONTROL',
  'FTPS',
  'Gnutella',
  'HotspotShield',
  'IMAP',
  'IRC',
  'Mining',
  'Pastebin',
  'POP3',
  'RSH',
  'SMBv1',
  'Telnet',
  'Tor',
  'eDonkey',
]

export default risk({
  id: 22,
  name: 'Unsafe Protocol',
  severity: 'Low',
  blame: 'both',
  about: 'The protocol protects nothing, or should not be in use here: replace it by one that is encrypted.',
  of: 'any',
  names: UNSAFE,
  check(flow) {
    const name = UNSAFE.includes(flow.app) ? flow.app : flow.master
    return UNSAFE.includes(name) ? name : undefined
  },
})
