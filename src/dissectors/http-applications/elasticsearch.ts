import { httpApplication } from '../http-application.ts'
export default httpApplication({
  name: 'Elasticsearch',
  category: 'System',
  about: "Elasticsearch's REST interface: the header it answers with, and the paths of its own",
  headers: ['x-elastic-product'],
  pathBegins: ['/_bulk', '/_cat/', '/_cluster/', '/_msearch', '/_search'],
  pathEnds: ['/_bulk', '/_msearch', '/_search'],
})
