import { httpApplication } from '../http-application.ts'
export default httpApplication({
  name: 'AppleiTunes',
  category: 'Streaming',
  about: 'The name of the client',
  userAgents: ['itunes/', 'appleitunes/'],
})
