import { httpApplication } from '../http-application.ts'
export default httpApplication({
  name: 'YouTube',
  category: 'Media',
  about: 'The name of the client',
  userAgents: ['com.google.android.youtube/', 'com.google.ios.youtube/'],
})
