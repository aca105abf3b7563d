import type { ServerNameTable } from './table.ts'

export const media: ServerNameTable = {
  category: 'Media',
  names: {
    OCS: 'labgency.ws ocs.fr',
    'SD-RTN': 'agora.io agoraio.cn sd-rtn.com',
    YouTube: `
      ggpht.com googlevideo.com video.google.com wide-youtube.l.google.com youtu.be youtube-nocookie.com youtube-ui.l.google.com
      youtube.co.uk youtube.com youtube.de youtube.es youtube.fr youtube.googleapis.com youtube.it youtubeeducation.com
      youtubeembeddedplayer.googleapis.com youtubegaming.com youtubego.com youtubei.googleapis.com youtubekids.com
      yt-video-upload.l.google.com yt.be ytimg.com ytimg.l.google.com`,
    YouTubeUpload: 'upload.video.google.com upload.youtube.com uploads.youtube.com',
  },
}
