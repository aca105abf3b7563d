import type { ServerNameTable } from './table.ts'

export const adultContent: ServerNameTable = {
  category: 'AdultContent',
  names: {
    AdultContent: `
      adultfriendfinder.com beeg.com bongacams.com brazzers.com cam4.com camsoda.com chaturbate.com eporner.com erome.com
      fapello.com flirt4free.com hclips.com hqporner.com imlive.com jerkmate.com literotica.com livejasmin.com motherless.com
      mycams.com myfreecams.com nhentai.net noodlemagazine.com onlyfans.com phncdn.com porn.com pornhub.com pornhub.org
      pornhubpremium.com pornone.com porntrex.com porzo.com rdtcdn.com redgifs.com redtube.com rule34.xxx sb-cd.com sex.com
      spankbang.com streamate.com stripcdn.com stripchat.com stripst.com strpst.com sxyprn.com thothub.to tnaflix.com tube8.com
      txxx.com upornia.com vporn.com xhamster.com xhamster.desi xhamsterlive.com xhcdn.com xnxx-cdn.com xnxx.com xvideos-cdn.com
      xvideos.com xvideos2.com xvideos3.com youjizz.com youporn.com ypncdn.com`,
  },
}
