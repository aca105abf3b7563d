import { httpApplication } from '../http-application.ts'
export default httpApplication({
  name: 'TeamViewer',
  category: 'RemoteAccess',
  about: 'Its tunnel through HTTP: the two pages it asks for',
  pathBegins: ['/din.aspx', '/dout.aspx'],
  queryHas: 'client=dyngate',
})
