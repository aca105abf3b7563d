import { risk } from './risk.ts'

const SHARING = ['AnyDesk', 'RDP', 'RustDesk', 'TeamViewer', 'VNC']

export default risk({
  id: 30,
  name: 'Desktop/File Sharing',
  severity: 'Low',
  blame: 'both',
  about: 'Somebody works on this machine from elsewhere, or takes files from it: make sure that it is one of yours.',
  of: 'any',
  check(flow) {
    if (!flow.isRecognised) return undefined
    return SHARING.includes(flow.app) ? flow.app : SHARING.includes(flow.master) ? flow.master : undefined
  },
})
