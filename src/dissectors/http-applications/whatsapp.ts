import { httpApplication } from '../http-application.ts'
export default httpApplication({
  name: 'WhatsApp',
  category: 'Chat',
  about: 'The name of the client',
  userAgents: ['whatsapp/'],
})
