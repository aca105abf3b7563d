import { httpApplication } from '../http-application.ts'
export default httpApplication({
  name: 'Steam',
  category: 'Game',
  about: "Valve's store and its downloads: the name of the client",
  userAgents: ['valve/steam'],
})
