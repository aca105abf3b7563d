import { httpApplication } from '../http-application.ts'
export default httpApplication({
  name: 'IPP',
  category: 'System',
  about: 'Internet Printing Protocol (RFC 8010): its content type',
  contentTypes: ['application/ipp'],
})
