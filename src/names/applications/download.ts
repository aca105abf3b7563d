import type { ServerNameTable } from './table.ts'

export const download: ServerNameTable = {
  category: 'Download',
  names: {
    BitTorrent: `
      1337x.to bittorrent.com bt.co demonii.com istole.it openbittorrent.com opentrackr.org publicbt.com rarbg.to thepiratebay.org
      torrent.eu.org torrentapi.org trackerfix.com utorrent.com yts.mx`,
    Pastebin: 'pastebin.com',
    Syncthing: 'syncthing.net',
    WhatsAppFiles: `
      cdn.whatsapp.net fna.whatsapp.net media.whatsapp.net mmg-fna.whatsapp.net mmg.whatsapp.net mms.whatsapp.net pps.whatsapp.net`,
  },
}
