import { risk } from './risk.ts'

export default risk({
  id: 10,
  name: 'TLS Cert Mismatch',
  severity: 'High',
  blame: 'both',
  about: 'The certificate is for other names than the client asked for: a wrong server, or somebody in between.',
  of: ['TLS', 'DTLS'],
  fields: ['names'],
  check(flow) {
    const asked = flow.text('serverName')
    const names = flow.texts('names')
    // Sixteen names are kept: there may have been more.
    if (asked === '' || names.length === 0 || names.length >= 16 || names.some((name) => covers(name.toLowerCase(), asked)))
      return undefined
    return `${asked} is not ${names[0]}`
  },
})

/** RFC 6125 §6.4.3: a star stands for one label. */
export function covers(name: string, asked: string): boolean {
  if (!name.startsWith('*.')) return name === asked
  const dot = asked.indexOf('.')
  return dot > 0 && asked.slice(dot) === name.slice(1)
}
