import { httpApplication } from '../http-application.ts'
export default httpApplication({
  name: 'Spotify',
  category: 'Music',
  about: 'The name of the client',
  userAgents: ['spotify/'],
})
