import type { Cursor } from '../../wire/cursor.ts'
import { httpApplication } from '../http-application.ts'

const LOOK_AT = 512
const NAMESPACES = ['http://schemas.xmlsoap.org/soap/envelope', 'http://www.w3.org/2003/05/soap-envelope']

export default httpApplication({
  name: 'SOAP',
  category: 'RPC',
  about: 'Calls as XML envelopes (SOAP 1.1 and 1.2): the action header, the content type, or a body in their name space',
  headers: ['soapaction'],
  contentTypes: ['application/soap+xml'],
  body: isEnvelope,
})

function isEnvelope(c: Cursor): boolean {
  if (c.peek() !== 0x3c) return false
  for (const namespace of NAMESPACES) if (c.find(namespace, LOOK_AT) >= 0) return true
  return false
}
