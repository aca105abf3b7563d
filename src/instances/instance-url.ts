/** What users say of an instance, made of one spelling or refused in words. */
import { MAX_INSTANCE_NAME, MAX_INSTANCE_TOKEN, MAX_INSTANCE_URL } from '../lib/instances.ts'

/** What was said cannot be; the message says what to say instead. */
export class BadInstance extends Error {
  override readonly name = 'BadInstance'
  readonly field: 'name' | 'url' | 'token' | 'certificate'
  constructor(field: BadInstance['field'], message: string) {
    super(message)
    this.field = field
  }
}

/** `https://host:port/path` without a slash at its end. Throws a BadInstance. */
export function instanceUrl(text: string): string {
  if (text.length > MAX_INSTANCE_URL) throw new BadInstance('url', `the address may have ${MAX_INSTANCE_URL} characters at most`)
  const url = URL.parse(text.trim())
  if (url === null || !/^https?:$/.test(url.protocol) || url.hostname === '')
    throw new BadInstance('url', 'the address is that of its console: http://HOST:PORT or https://HOST:PORT')
  if (url.username !== '' || url.password !== '')
    throw new BadInstance('url', 'a user and a password cannot stand in the address: give a token')
  return url.origin + url.pathname.replace(/\/+$/, '')
}

/** What it is called where nobody says: its host, with the port unless that is the usual one. */
export const nameOfUrl = (url: string): string => URL.parse(url)!.host.slice(0, MAX_INSTANCE_NAME)

export function instanceName(text: string): string {
  const name = text.trim()
  if (name === '' || name.length > MAX_INSTANCE_NAME)
    throw new BadInstance('name', `a name has 1 to ${MAX_INSTANCE_NAME} characters, one of which can be seen`)
  return name
}

/** It goes into a header (RFC 9110 §5.5): what could end that is no token. */
export function instanceToken(text: string): string {
  const token = text.trim()
  if (!/^[\x21-\x7e]+$/.test(token) || token.length > MAX_INSTANCE_TOKEN)
    throw new BadInstance('token', `a token has 1 to ${MAX_INSTANCE_TOKEN} letters, digits and signs, without blanks`)
  return token
}

const SHA256_BYTES = 32
/** `AB:CD:…` from however it was written. */
export function certificateFingerprint(text: string): string {
  const digits = text.replace(/^sha-?256[:=\s]*/i, '').replace(/[:\s]/g, '')
  if (!/^[\da-f]*$/i.test(digits) || digits.length !== 2 * SHA256_BYTES)
    throw new BadInstance('certificate', 'a certificate is named by its SHA-256 fingerprint: 64 hexadecimal digits')
  return digits.toUpperCase().match(/../g)!.join(':')
}

/** `NAME=URL` or `URL`, as the option has it: what stands in front of a = is a name unless an address has begun. */
export function givenInstance(text: string): { name: string; url: string } {
  const [, name, address = ''] = /^(?:([^=/:]*)=)?(.*)$/s.exec(text)!
  const url = instanceUrl(address)
  return { name: name === undefined ? nameOfUrl(url) : instanceName(name), url }
}
