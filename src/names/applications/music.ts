import type { ServerNameTable } from './table.ts'

export const music: ServerNameTable = {
  category: 'Music',
  names: {
    Deezer: 'deezer.com deezer.fr dzcdn.net',
    IHeartRadio: `
      iheart.ca iheart.com iheart.mx iheartmedia.com iheartradio.ca iheartradio.co.nz iheartradio.com iheartradio.com.au
      ihrcdn.com ihrdev.com ihrhls.com ihrint.com ihrprod.net ihrstage.com`,
    LastFM: 'audioscrobbler.com last.fm lastfm-img2.akamaized.net lastfm.com lastfm.de lastfm.fr lastfm.freetls.fastly.net',
    SiriusXMRadio: 'siriusxm.ca siriusxm.com sxm.com',
    Sonos: 'sonos.com sonos.radio',
    SoundCloud: 'sndcdn.com soundcloud.cloud soundcloud.com',
    Spotify: `
      anchor.fm audio-ak-spotify-com.akamaized.net audio-sp-com.akamaized.net audio4-ak-spotify-com.akamaized.net byspotify.com
      heads-ak-spotify-com.akamaized.net pscdn.co scdn.co spoti.fi spotify-com.akamaized.net spotify.com spotify.design
      spotify.link spotify.net spotifycdn.com spotifycdn.net spotifyjobs.com spotilocal.com tospotify.com`,
    Tidal: 'tidal.com tidalhifi.com',
    TuneIn: 'radiotime.com tun.in tunein.cloud tunein.com',
    YandexMusic: 'music.yandex.by music.yandex.com music.yandex.kz music.yandex.net music.yandex.ru music.yandex.uz',
  },
}
