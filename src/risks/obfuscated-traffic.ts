import { risk } from './risk.ts'

/** Ports whose protocols all begin with something that can be read. */
const READABLE = [21, 22, 25, 53, 80, 110, 143, 443, 465, 587, 853, 993, 995, 3389, 8080, 8443]

export default risk({
  id: 56,
  name: 'Obfuscated Traffic',
  severity: 'High',
  blame: 'client',
  about: 'By its port it should be TLS, HTTP or the like, and it is random bytes: a tunnel that wants to pass for something else.',
  of: 'any',
  check(flow) {
    return !flow.isRecognised && flow.looksRandom && READABLE.includes(flow.serverPort)
      ? `random bytes on port ${flow.serverPort}`
      : undefined
  },
})
