import { httpApplication } from '../http-application.ts'
export default httpApplication({
  name: 'Instagram',
  category: 'SocialNetwork',
  about: 'The name of the client',
  userAgents: ['instagram '],
})
