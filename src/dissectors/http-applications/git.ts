import { httpApplication } from '../http-application.ts'
export default httpApplication({
  name: 'Git',
  category: 'Collaborative',
  about: "Git's smart protocol over HTTP: its pages, its content types, the name of the client",
  pathEnds: ['/git-upload-pack', '/git-receive-pack'],
  userAgents: ['git/'],
  contentTypes: ['application/x-git-'],
})
