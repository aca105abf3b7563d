import { risk } from './risk.ts'

export default risk({
  id: 20,
  name: 'SMB Insecure Vers',
  severity: 'High',
  blame: 'client',
  about: 'Version 1 of SMB cannot be made safe (WannaCry came by it): turn it off at both ends.',
  of: 'any',
  names: ['SMBv1'],
  // Over UDP it is the browser's announcements alone.
  check: (flow) => (flow.proto === 6 && flow.isRecognised && (flow.app === 'SMBv1' || flow.master === 'SMBv1') ? 'SMBv1' : undefined),
})
