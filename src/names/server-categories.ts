/**
 * Servers whose category is another than that of their application: Google's advertisements, and the addresses that systems ask to learn whether they
 * are connected. Written as the texts of applications/table.ts are.
 */
export const serverCategories: Readonly<Record<string, string>> = {
  Advertisement: `
    doubleclick.net google-analytics.com googleadservices.com googleadapis.com googlesyndication.com googletagmanager.com googletagservices.com
    googletraveladservices.com analytics.google.com adservice.google.com ads.youtube.com an.facebook.com iadsdk.apple.com
    ads.linkedin.com ads-twitter.com analytics.tiktok.com ads.tiktok.com ads.pinterest.com analytics.yahoo.com ads.yahoo.com`,
  Chat: 'viber.com',
  ConnCheck: `
    captive.apple.com captive.g.aaplimg.com connectivitycheck.android.com connectivitycheck.gstatic.com connectivity-check.ubuntu.com
    connectivitycheck.platform.hicloud.com connectivitycheck.cbg-app.huawei.com connectivitycheck.samsungcloud.com detectportal.firefox.com
    detectportal.brave-http-only.com dns.msftncsi.com www.msftncsi.com ipv6.msftncsi.com msftconnecttest.com network-test.debian.org
    nmcheck.gnome.org ping.archlinux.org connect.rom.miui.com networkcheck.kde.org ctest.cdn.nintendo.net
    conntest.nintendowifi.net wifi.vivo.com.cn`,
  Video: 'primevideo.com amazonvideo.com aiv-cdn.net aiv-delivery.net pv-cdn.net',
  Web: 'bing.com bing.net',
}
