import { httpApplication } from '../http-application.ts'
export default httpApplication({
  category: 'ConnCheck',
  about: 'Is there a way to the Internet, or a portal before it? The pages that systems ask for',
  pathEnds: [
    '/generate_204',
    '/generate204',
    '/hotspot-detect.html',
    '/library/test/success.html',
    '/ncsi.txt',
    '/connecttest.txt',
    '/check_network_status.txt',
    '/wifistub.html',
  ],
})
