import { httpApplication } from '../http-application.ts'
export default httpApplication({
  name: 'Ookla',
  category: 'Network',
  about: 'A measurement of speed: the pages and the names of its clients',
  pathBegins: ['/speedtest/latency.txt', '/speedtest/random', '/speedtest/upload.'],
  userAgents: ['speedtest-cli/'],
})
