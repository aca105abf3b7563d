import { httpApplication } from '../http-application.ts'
export default httpApplication({
  name: 'IceCast',
  category: 'Media',
  about: 'Internet radio: the name of the server and the headers that describe a station',
  methods: ['source'],
  servers: ['icecast'],
  headers: ['icy-name', 'icy-br', 'icy-genre', 'ice-audio-info'],
})
