import { httpApplication } from '../http-application.ts'
export default httpApplication({
  name: 'ntop',
  category: 'Network',
  about: 'A captive portal or console of ntop: the name of its server',
  servers: ['ntopng'],
})
