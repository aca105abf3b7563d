/**
 * Servers whose category is another than that of their application, or that have no application of their own: Google's advertisements, games of chance,
 * and the addresses that systems ask to learn whether they are connected. Written as the texts of applications/table.ts are.
 */
export const serverCategories: Readonly<Record<string, string>> = {
  Advertisement: `
    doubleclick.net google-analytics.com googleadservices.com googleadapis.com googlesyndication.com googletagmanager.com googletagservices.com
    googletraveladservices.com analytics.google.com adservice.google.com ads.youtube.com an.facebook.com iadsdk.apple.com
    ads.linkedin.com ads-twitter.com analytics.tiktok.com ads.tiktok.com ads.pinterest.com analytics.yahoo.com ads.yahoo.com`,
  Chat: 'viber.com',
  Cloud: 'bloomberg.com nel.goog',
  ConnCheck: `
    captive.apple.com captive.g.aaplimg.com connectivitycheck.android.com connectivitycheck.gstatic.com connectivity-check.ubuntu.com
    connectivitycheck.platform.hicloud.com connectivitycheck.cbg-app.huawei.com connectivitycheck.samsungcloud.com detectportal.firefox.com
    detectportal.brave-http-only.com dns.msftncsi.com www.msftncsi.com ipv6.msftncsi.com msftconnecttest.com network-test.debian.org
    conn-service-cn-04.allawntech.com conn-service-cn-05.allawntech.com conn-service-eu-04.allawnos.com conn-service-in-05.allawnos.com
    conn-service-us-05.allawnos.com conn1.coloros.com conn1.oppomobile.com conn2.coloros.com conn2.oppomobile.com
    conncheck.opensuse.org connectivity-check.gnome.org connectivitycheck.grapheneos.network captive.roku.com
    edge-http.microsoft.com
    nmcheck.gnome.org ping.archlinux.org connect.rom.miui.com networkcheck.kde.org ctest.cdn.nintendo.net
    conntest.nintendowifi.net wifi.vivo.com.cn`,
  Gambling: `
    1xbet.com 22bet.com 32red.com 888.com 888casino.com 888poker.com 888sport.com bet-at-home.com bet365.com bet365.es bet365.it betano.com
    betclic.com betclic.fr betfair.com betfair.it betfred.com betmgm.com betonline.ag betsson.com betvictor.com betway.com bodog.eu bovada.lv
    bwin.com bwin.de bwin.it casino.com caesars.com cloudbet.com coral.co.uk draftkings.com eurobet.it fanduel.com fonbet.ru fulltilt.com
    galabingo.com ggpoker.com goldbet.it ladbrokes.com leovegas.com leovegas.it lottomatica.it marathonbet.com mrgreen.com
    national-lottery.co.uk netbet.com nordicbet.com paddypower.com parimatch.com partypoker.com pinnacle.com pmu.fr pokerstars.com pokerstars.eu
    pokerstars.it pokerstars.net rivalo.com roobet.com sisal.it skybet.com snai.it sportingbet.com stake.com stoiximan.gr tipico.com tipico.de
    unibet.com unibet.fr unibet.it williamhill.com williamhill.it winamax.fr winamax.com`,
  Streaming: `
    pluralsight.com pluralsight-com.imgix.net pluralsight.imgix.net pluralsight2.imgix.net -pluralsight.siteintercept.qualtrics.com`,
  Video: 'primevideo.com amazonvideo.com aiv-cdn.net aiv-delivery.net pv-cdn.net',
  Web: `
    amazontrust.com bing.com bing.net lencr.org msads.net ocsp.apple.com ocsp.comodoca.com ocsp.digicert.com ocsp.entrust.net ocsp.globalsign.com
    ocsp.godaddy.com ocsp.pki.goog ocsp.sectigo.com ocsp.usertrust.com ocsp2.apple.com ocsp2.globalsign.com`,
}
