import { httpApplication } from '../http-application.ts'
export default httpApplication({
  name: 'WebDAV',
  category: 'Collaborative',
  about: 'Files and calendars over HTTP (RFC 4918, RFC 3253, RFC 4791): its methods',
  methods: ['propfind', 'proppatch', 'mkcol', 'copy', 'move', 'lock', 'unlock', 'report', 'mkcalendar', 'checkout', 'checkin'],
})
