import type { ServerNameTable } from './table.ts'

export const softwareUpdate: ServerNameTable = {
  category: 'SoftwareUpdate',
  names: {
    AppleStore: `
      -buy.itunes.apple.com appldnld.apple.com apps.apple.com apps.mzstatic.com appstore.com bag.itunes.apple.com
      buy.itunes.apple.com gdmf.apple.com init.itunes.apple.com iosapps.itunes.apple.com mesu.apple.com osxapps.itunes.apple.com
      phobos.apple.com ppq.apple.com se.itunes.apple.com swcdn.apple.com swdist.apple.com swdownload.apple.com swscan.apple.com
      updates-http.cdn-apple.com updates.cdn-apple.com xp.apple.com`,
    PlayStore: `
      android.clients.google.com android.l.google.com market.android.com play-fe.googleapis.com play-lh.googleusercontent.com`,
    WindowsUpdate: `
      definitionupdates.microsoft.com delivery.mp.microsoft.com download.microsoft.com dsp.mp.microsoft.com emdl.ws.microsoft.com
      ntservicepack.microsoft.com update.microsoft.com update.microsoft.com.nsatc.net windowsupdate.com
      windowsupdate.com.akadns.net windowsupdate.microsoft.com windowsupdate.nsatc.net windowsupdate.us wustat.windows.com`,
  },
}
