import { httpApplication } from '../http-application.ts'
export default httpApplication({
  name: 'HLS',
  category: 'Media',
  about: 'HTTP Live Streaming (RFC 8216): its play lists',
  pathEnds: ['.m3u8'],
  contentTypes: ['application/vnd.apple.mpegurl', 'application/x-mpegurl', 'audio/mpegurl'],
})
