import type { ServerNameTable } from './table.ts'

export const remoteAccess: ServerNameTable = {
  category: 'RemoteAccess',
  names: {
    AnyDesk: 'anydesk.com anydesk.com.cn',
    NoMachine: 'nomachine.com',
    TeamViewer: 'dyngate.com teamviewer.cn teamviewer.com teamviewer.us tvc-cdn.com',
  },
}
