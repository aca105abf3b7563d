import type { ServerNameTable } from './table.ts'

export const web: ServerNameTable = {
  category: 'Web',
  names: {
    AccuWeather: 'accuweather.com awxcdn.com',
    Alibaba: `
      1688.com alibaba-inc.com alibaba.com alibabagroup.com alicdn.com aliexpress.com aliexpress.ru aliexpress.us alikunlun.com
      alimama.com alimebot.com alipay.com alipayobjects.com aliunicorn.com etao.com lazada.com lazcdn.com mmstat.com taobao.com
      tbcache.com tbcdn.cn tmall.com tmall.hk`,
    Amazon: `
      a2z.com amazon-adsystem.com amazon.ae amazon.ca amazon.cn amazon.co.jp amazon.co.uk amazon.com amazon.com.au amazon.com.be
      amazon.com.br amazon.com.mx amazon.com.tr amazon.de amazon.dev amazon.eg amazon.es amazon.eu amazon.fr amazon.in amazon.it
      amazon.jobs amazon.nl amazon.pl amazon.sa amazon.se amazon.sg amazonpay.com amazonsilk.com amazonwebapps.com amzn.com
      amzn.to audible.co.uk audible.com audible.de images-amazon.com imdb.com kindle.com media-amazon.com payments-amazon.com
      ring.com ssl-images-amazon.com`,
    Apple: `
      aaplimg.com apple-cloudkit.com apple-dns.com apple-dns.net apple-livephotoskit.com apple-mapkit.com apple.co apple.com
      apple.com.akadns.net apple.com.cn apple.com.edgekey.net apple.com.edgekey.net.globalredir.akadns.net apple.info apple.news
      applecentral.net appleid.com applemusic.com cdn-apple.com mac.com me.com safebrowsing.apple`,
    AppleiCloud: 'icloud-content.com icloud-content.com.cn icloud.com icloud.com.akadns.net icloud.com.cn me.apple-dns.net',
    CNN: 'cnn.com cnn.io cnn.net cnnlabs.com cnnmoney.com ugdturner.com',
    Cloudflare: `
      cdnjs.com cloudflare-cn.com cloudflare-gateway.com cloudflare-ipfs.com cloudflare.com cloudflare.net cloudflare.tv
      cloudflareaccess.com cloudflareapps.com cloudflareinsights.com cloudflareportal.com cloudflareregistrar.com
      cloudflareresolve.com cloudflarestatus.com cloudflarestorage.com cloudflarestream.com pages.dev trycloudflare.com
      videodelivery.net workers.dev`,
    DataSaver: 'datasaver.googleapis.com googlezip.net',
    Google: `
      1e100.net about.google admob.com ai.google android.com app-measurement.com blog.google blogger.com blogspot.com chrome.com
      chromium.org dartsearch.net doubleclick.net firebase.com firebaseapp.com firebaseio.com g.co gemini.google go.dev golang.org
      goo.gl goog google-analytics.com google.ad google.ae google.al google.am google.as google.at google.az google.ba google.be
      google.bf google.bg google.bi google.bj google.bs google.bt google.by google.ca google.cat google.cd google.cf google.cg
      google.ch google.ci google.cl google.cm google.cn google.co.ao google.co.bw google.co.ck google.co.cr google.co.id
      google.co.il google.co.in google.co.jp google.co.ke google.co.kr google.co.ls google.co.ma google.co.mz google.co.nz
      google.co.th google.co.tz google.co.ug google.co.uk google.co.uz google.co.ve google.co.vi google.co.za google.co.zm
      google.co.zw google.com google.com.af google.com.ag google.com.ar google.com.au google.com.bd google.com.bh google.com.bn
      google.com.bo google.com.br google.com.bz google.com.co google.com.cu google.com.cy google.com.do google.com.ec
      google.com.eg google.com.et google.com.fj google.com.gh google.com.gi google.com.gt google.com.hk google.com.jm
      google.com.kh google.com.kw google.com.lb google.com.ly google.com.mm google.com.mt google.com.mx google.com.my
      google.com.na google.com.ng google.com.ni google.com.np google.com.om google.com.pa google.com.pe google.com.pg
      google.com.ph google.com.pk google.com.pr google.com.py google.com.qa google.com.sa google.com.sb google.com.sg
      google.com.sl google.com.sv google.com.tj google.com.tr google.com.tw google.com.ua google.com.uy google.com.vc
      google.com.vn google.cv google.cz google.de google.dj google.dk google.dm google.dz google.ee google.es google.eu google.fi
      google.fm google.fr google.ga google.ge google.gg google.gl google.gm google.gp google.gr google.gy google.hn google.hr
      google.ht google.hu google.ie google.im google.iq google.is google.it google.je google.jo google.kg google.ki google.kz
      google.la google.li google.lk google.lt google.lu google.lv google.md google.me google.mg google.mk google.ml google.mn
      google.ms google.mu google.mv google.mw google.ne google.nl google.no google.nr google.nu google.pl google.pn google.ps
      google.pt google.ro google.rs google.ru google.rw google.sc google.se google.sh google.si google.sk google.sm google.sn
      google.so google.sr google.st google.td google.tg google.tl google.tm google.tn google.to google.tt google.vg google.vu
      google.ws googleadapis.com googleadservices.com googleanalytics.com googleblog.com googlecode.com googledomains.com
      googleoptimize.com googleplus.com googlesource.com googlesyndication.com googletagmanager.com googletagservices.com
      googletraveladservices.com googleusercontent.com gstatic.cn gstatic.com gvt1.com gvt2.com gvt3.com recaptcha.net web.app
      withgoogle.com`,
    GoogleMaps: `
      earth.google.com geo.googleapis.com kh.google.com khms.google.com khms.googleapis.com khms0.google.com khms1.google.com
      maps.app.goo.gl maps.google.com maps.googleapis.com maps.gstatic.com mapsplatform.googleapis.com
      mobilemaps-pa.googleapis.com mobilemaps.googleapis.com`,
    GoogleServices: `
      alt1-mtalk.google.com alt2-mtalk.google.com alt3-mtalk.google.com alt4-mtalk.google.com alt5-mtalk.google.com
      alt6-mtalk.google.com alt7-mtalk.google.com alt8-mtalk.google.com googleapis.cn googleapis.com googleapis.l.google.com
      mtalk.google.com mtalk4.google.com`,
    Huawei: 'hihonor.com huawei.cn huawei.com huawei.eu huawei.ru huaweimobilewifi.com huaweistatic.com vmall.com',
    Nvidia: 'geforce.com nvidia.cn nvidia.com nvidia.com.edgekey.net nvidia.eu',
    OpenDNS: 'opendns.com opendns.org umbrella.com',
    Waze: 'waze.co.il waze.com wazestg.com',
    Wikipedia: `
      mediawiki.org toolforge.org w.wiki wikibooks.org wikidata.org wikimedia.com wikimedia.org wikimediafoundation.org
      wikinews.org wikipedia.com wikipedia.org wikiquote.org wikisource.org wikiversity.org wikivoyage.org wiktionary.org
      wmcloud.org wmflabs.org wmfusercontent.org`,
    Xiaomi: 'mi-fds.com mi-img.com mi.com mijia.com miui.com xiaomi.cn xiaomi.com xiaomi.net xiaomiyoupin.com',
    Yahoo: `
      aol.com aol.net aolcdn.com flickr.com oath.com rocketmail.com staticflickr.com yahoo.ca yahoo.co.in yahoo.co.jp yahoo.co.uk
      yahoo.com yahoo.com.br yahoo.com.hk yahoo.com.tw yahoo.de yahoo.es yahoo.fr yahoo.it yahoo.net yahooapis.com yahooapis.jp
      yahoodns.net yahooeu.com yahooinc.com yahoosandbox.net yimg.com yimg.jp ymail.com`,
    Yandex: `
      auto.ru clck.ru kinopoisk.ru moikrug.ru turbopages.org ya.cc ya.ru yandex-team.ru yandex.az yandex.by yandex.co.il
      yandex.com yandex.com.am yandex.com.ge yandex.com.tr yandex.ee yandex.eu yandex.fr yandex.kz yandex.lt yandex.lv yandex.md
      yandex.net yandex.ru yandex.st yandex.tj yandex.tm yandex.ua yandex.uz yandexadexchange.net yastat.net yastatic.net`,
    YandexMetrika: `
      appmetrica.yandex.com appmetrica.yandex.net appmetrica.yandex.ru mc.admetrica.ru mc.webvisor.org mc.yandex.com mc.yandex.ru
      metrica.yandex.com metrica.yandex.ru metrika.yandex.by metrika.yandex.com metrika.yandex.kz metrika.yandex.ru webvisor.com`,
  },
}
