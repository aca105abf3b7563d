import type { ServerNameTable } from './table.ts'

export const advertisement: ServerNameTable = {
  category: 'Advertisement',
  names: {
    ADS_Analytic_Track: `
      2mdn.net adform.net adjust.com adnxs.com adroll.com adsafeprotected.com adsrvr.org advertising.com amplitude.com
      applovin.com applvn.com appsflyer.com appsflyersdk.com bidswitch.net bluekai.com branch.io casalemedia.com chartbeat.com
      chartbeat.net clarity.ms contextweb.com cookielaw.org criteo.com criteo.net crwdcntrl.net demdex.net doubleclick.com
      everesttech.net exelator.com flashtalking.com flurry.com fullstory.com go-mpulse.net heapanalytics.com hotjar.com hotjar.io
      imrworldwide.com inmobi.com innovid.com ironsrc.com ironsrc.mobi kochava.com krxd.net liftoff.io lijit.com liveramp.com
      mathtag.com matomo.cloud media.net mixpanel.com moatads.com moengage.com mopub.com mxpnl.com newrelic.com nr-data.net
      omniture.com omtrdc.net onetrust.com openx.net optimizely.com outbrain.com permutive.com pubmatic.com quantcount.com
      quantserve.com rlcdn.com rubiconproject.com scorecardresearch.com segment.com segment.io sharethrough.com singular.net
      smaato.net smartadserver.com spotxchange.com supersonicads.com taboola.com tapad.com tapjoy.com tapjoyads.com teads.tv
      the-ozone-project.com tradedoubler.com trafficjunky.net tremorhub.com tribalfusion.com turn.com unityads.unity3d.com
      vungle.com yieldmo.com zedo.com zemanta.com`,
    YandexDirect: `
      adfox.ru adfox.yandex.ru an.yandex.ru bs.yandex.ru direct.yandex.by direct.yandex.com direct.yandex.kz direct.yandex.ru
      direct.yandex.uz yabs.yandex.ru`,
  },
}
