import { risk } from './risk.ts'

export default risk({
  id: 55,
  name: 'Probing Attempt',
  severity: 'Medium',
  blame: 'both',
  about:
    'One of many connections of this client within a minute that came to nothing, or a scanner by its own word: somebody looks for what runs here and for its holes.',
  of: ['HTTP'],
  fields: ['userAgent'],
  alsoRaised: true,
  check(flow) {
    const agent = flow.text('userAgent')
    return SCANNERS.test(agent) ? agent : undefined
  },
})

/** Programs that look for weaknesses, or for whatever answers on the Internet. */
const SCANNERS =
  /\bzgrab|masscan|nikto|sqlmap|nmap scripting|\bnuclei\b|wpscan|gobuster|dirbuster|censysinspect|expanse|internet-measurement|\bhttpx\b/i
