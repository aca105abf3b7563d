import { dissector } from './dissector.ts'

/** Files and listings have no form of their own: flows get this name because a control connection announced them, or by the port. */
export default dissector({
  name: 'FTP_DATA',
  category: 'Download',
  about: 'File transfer, data: a connection that an FTP control connection announced',
  over: 'tcp',
  tcpPorts: [20],
})
