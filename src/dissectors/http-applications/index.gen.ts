// Written by tools/gen-http-applications.ts from the folder: npm run gen. Not to be edited.
import type { HttpApplication } from '../http-application.ts'
import a_apple_itunes from './apple-itunes.ts'
import a_bittorrent from './bittorrent.ts'
import a_connectivity_check from './connectivity-check.ts'
import a_dropbox from './dropbox.ts'
import a_elasticsearch from './elasticsearch.ts'
import a_git from './git.ts'
import a_hls from './hls.ts'
import a_icecast from './icecast.ts'
import a_instagram from './instagram.ts'
import a_ipp from './ipp.ts'
import a_json_rpc from './json-rpc.ts'
import a_mpeg_dash from './mpeg-dash.ts'
import a_ntop from './ntop.ts'
import a_ocsp from './ocsp.ts'
import a_ookla from './ookla.ts'
import a_soap from './soap.ts'
import a_softether from './softether.ts'
import a_spotify from './spotify.ts'
import a_steam from './steam.ts'
import a_teamviewer from './teamviewer.ts'
import a_viber from './viber.ts'
import a_webdav from './webdav.ts'
import a_whatsapp from './whatsapp.ts'
import a_windows_update from './windows-update.ts'
import a_youtube from './youtube.ts'

export const httpApplications: readonly HttpApplication[] = [
  a_apple_itunes,
  a_bittorrent,
  a_connectivity_check,
  a_dropbox,
  a_elasticsearch,
  a_git,
  a_hls,
  a_icecast,
  a_instagram,
  a_ipp,
  a_json_rpc,
  a_mpeg_dash,
  a_ntop,
  a_ocsp,
  a_ookla,
  a_soap,
  a_softether,
  a_spotify,
  a_steam,
  a_teamviewer,
  a_viber,
  a_webdav,
  a_whatsapp,
  a_windows_update,
  a_youtube,
]
