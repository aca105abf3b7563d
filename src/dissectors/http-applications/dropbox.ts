import { httpApplication } from '../http-application.ts'
export default httpApplication({
  name: 'Dropbox',
  category: 'Cloud',
  about: 'The name of the client',
  userAgents: ['dropboxdesktopclient/', 'officialdropbox'],
})
