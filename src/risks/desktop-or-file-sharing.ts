import { risk } from './risk.ts'

const SHARING = ['AnyDesk', 'RDP', 'RustDesk', 'TeamViewer', 'VNC']
const LOOKUPS = ['DNS', 'LLMNR', 'MDNS']

export default risk({
  id: 30,
  name: 'Desktop/File Sharing',
  severity: 'Low',
  blame: 'both',
  about: 'Somebody works on this machine from elsewhere, or takes files from it: make sure that it is one of yours.',
  of: 'any',
  names: SHARING,
  check(flow) {
    // Who looks up a name, or asks around, does not share yet.
    if (!flow.isRecognised || LOOKUPS.includes(flow.master)) return undefined
    return SHARING.includes(flow.app) ? flow.app : SHARING.includes(flow.master) ? flow.master : undefined
  },
})
