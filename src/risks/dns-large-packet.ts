import { risk } from './risk.ts'

export default risk({
  id: 37,
  name: 'Large DNS Packet (512+ bytes)',
  severity: 'Medium',
  blame: 'both',
  about:
    'Plain DNS over UDP has room for 512 bytes. Larger messages, which EDNS allows, feed reflection attacks and tunnels, and come in fragments.',
  of: 'raised',
})
