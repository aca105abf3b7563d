import { risk } from './risk.ts'

/**
 * Ports whose protocols all begin with something that can be read. Those of the web are not among them: they are the way out that networks leave open, and
 * messengers and games with ciphers of their own take it without hiding anything.
 */
const READABLE = [21, 22, 25, 53, 110, 143, 465, 587, 853, 993, 995, 3389]

export default risk({
  id: 56,
  name: 'Obfuscated Traffic',
  severity: 'High',
  blame: 'client',
  about: 'By its port it should be mail, SSH or the like, and it is random bytes: a tunnel that wants to pass for something else.',
  of: 'any',
  given: 'looksRandom',
  check(flow) {
    return !flow.isRecognised && flow.looksRandom && READABLE.includes(flow.serverPort)
      ? `random bytes on port ${flow.serverPort}`
      : undefined
  },
})
