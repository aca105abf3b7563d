import { httpApplication } from '../http-application.ts'
export default httpApplication({
  name: 'Elasticsearch',
  category: 'System',
  about: "Elasticsearch's REST interface: the header it answers with, and the paths of its own",
  headers: ['x-elastic-product'],
  pathBegins: ['/_cat/', '/_cluster/'],
  pathEnds: ['/_bulk', '/_msearch'],
  userAgents: ['elasticsearch'],
})
