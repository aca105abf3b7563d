import type { ServerNameTable } from './table.ts'

export const streaming: ServerNameTable = {
  category: 'Streaming',
  names: {
    '1kxun': '1kxun.com 1kxun.mobi',
    AppleTVPlus: `
      hls-amt.itunes.apple.com hls.itunes.apple.com np-edge.itunes.apple.com play-edge.itunes.apple.com play.itunes.apple.com
      tv.apple.com uts-api.itunes.apple.com`,
    AppleiTunes: `
      itunes-apple.com.akadns.net itunes.apple.com itunes.com music.apple.com mzstatic.com mzstatic.com.edgekey.net`,
    Dailymotion: 'dai.ly dailymotion.com dailymotion.net dailymotionbus.com dm-event.net dmcdn.net dmxleo.com',
    Dazn: 'dazn-api.com dazn.com dazn.network dazndn.com daznedge.net daznservices.com indazn.com',
    DirecTV: 'directv.com directvgo.com directvnow.com directvstream.com dtvcdn.com dtvce.com',
    DisneyPlus: `
      bamgrid.com disney-plus.net disney-portal.my.onetrust.com disneynow.com disneyplus.com disneyplus.com.ssl.sc.omtrdc.net
      disneyplus.disney.co.jp disneystreaming.com dssedge.com dssott.com star-plus.net starplus.com`,
    HBO: `
      discomax.com hbo.com hboasia.com hboeurope.com hbogo.co.th hbogo.com hbogo.eu hbogoasia.com hbomax.com hbomax.com.akadns.net
      hbomaxcdn.com hbomaxdash.s.llnwi.net hbonow.com max.com`,
    Hulu: 'hulu.com hulu.hb.omtrdc.net hulu.jp hulu.tv hulu.us huluim.com hulumail.com huluqa.com hulustream.com',
    Livestream: 'livestream.com',
    Pandora: 'p-cdn.com p-cdn.us pandora.com pandora.net',
    Showtime: 'sho.com showtime.com showtimeanytime.com',
    Tencentvideo: 'tc.qq.com v.qq.com video.qq.com wetv.info wetv.vip wetvinfo.com',
    Vimeo: 'vimeo.com vimeocdn.com vimeopro.com vimeostatus.com vod-progressive.akamaized.net',
    Vudu: 'fandangoathome.com vudu.com',
    iQIYI: '71.am 71edge.com iq.com iqiyi.com iqiyi.sg iqiyipic.com pps.tv ppsimg.com ppstream.com qiyi.com qiyipic.com qy.net',
  },
}
