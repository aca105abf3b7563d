import { httpApplication } from '../http-application.ts'
export default httpApplication({
  name: 'BitTorrent',
  category: 'Download',
  about: 'A tracker asked for peers (BEP 3): the hash of a torrent in the query',
  pathEnds: ['/announce', '/scrape'],
  queryHas: 'info_hash=',
})
