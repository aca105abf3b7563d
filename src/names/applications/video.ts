import type { ServerNameTable } from './table.ts'

export const video: ServerNameTable = {
  category: 'Video',
  names: {
    AdobeConnect: 'adobeconnect.com adobeconnect.net',
    IFLIX: 'iflix.com iflix.io images.iflixcdn.com',
    NetFlix: `
      fast.com netflix.ca netflix.com netflix.net netflixdnstest0.com netflixdnstest1.com netflixdnstest10.com netflixinvestor.com
      netflixstudios.com netflixtechblog.com nflxext.com nflximg.com nflximg.net nflxsearch.net nflxso.net nflxvideo.net`,
    Pluralsight: `
      acloud.guru acloudguru.com codeschool.com pluralsight-com.imgix.net pluralsight.com pluralsight.imgix.net
      -pluralsight.siteintercept.qualtrics.com pluralsight2.imgix.net ps-cdn.net ps.compass-stage.com`,
    Twitch: `
      ext-twitch.tv jtvnw.net justin.tv live-video.net ttvnw.net twitch.tv twitchapp.net twitchcdn.net twitchcon.com twitchsvc.net`,
    Zattoo: 'zahs.tv zattic.com zattoo.com zattoohd-f.akamaihd.net zattoosecurehd-f.akamaihd.net zattosecurehd2-f.akamaihd.net',
    Zoom: 'zoom-us.com zoom.com zoom.com.cn zoom.us zoomapp.cloud zoomcdn.com zoomdev.us zoomgov.com zoomus.cn',
  },
}
