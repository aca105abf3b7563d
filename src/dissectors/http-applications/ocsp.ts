import { httpApplication } from '../http-application.ts'
export default httpApplication({
  name: 'OCSP',
  category: 'Network',
  about: 'Status of certificates (RFC 6960): its content types',
  contentTypes: ['application/ocsp-re'],
})
