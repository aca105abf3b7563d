import { httpApplication } from '../http-application.ts'
export default httpApplication({
  name: 'Softether',
  category: 'VPN',
  about: 'The page over which its tunnel begins',
  pathBegins: ['/vpnsvc/connect.cgi', '/vpnsvc/vpn.cgi'],
})
