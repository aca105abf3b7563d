import { risk } from './risk.ts'

export default risk({
  id: 37,
  name: 'Large DNS Packet (512+ bytes)',
  severity: 'Medium',
  blame: 'both',
  about:
    'Plain DNS over UDP has room for 512 bytes: larger messages feed reflection attacks and tunnels, or show a resolver set up wrongly.',
  of: 'raised',
})
