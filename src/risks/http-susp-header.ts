import { parseAddress } from '../wire/address.ts'
import { risk } from './risk.ts'

export default risk({
  id: 14,
  name: 'HTTP Susp Header',
  severity: 'High',
  blame: 'client',
  about: 'A header says what cannot be: the host is another address than the one spoken to, or a header carries an attack.',
  of: ['HTTP'],
  fields: ['host', 'server', 'contentType'],
  counts: true,
  check(flow) {
    const host = flow.text('host')
    if (flow.master === 'HTTP' && host !== flow.serverAddress && flow.packetsC2s > 0 && flow.clientPort > flow.serverPort && isIpv4(host))
      return `expected ${flow.serverAddress}, found ${host}`
    return [flow.text('server'), flow.text('contentType')].find((text) => text !== '' && (ATTACK.test(text) || !/[a-z]/i.test(text)))
  },
})

const isIpv4 = (host: string) => /^\d+\.\d+\.\d+\.\d+$/.test(host) && parseAddress(host) !== undefined
const ATTACK = /\$\{jndi:|\(\)\s*\{|<script|%\{.*\}/i
