import { httpApplication } from '../http-application.ts'
export default httpApplication({
  name: 'Viber',
  category: 'VoIP',
  about: 'The name of the client',
  userAgents: ['viber/'],
})
