import type { ServerNameTable } from './table.ts'

export const network: ServerNameTable = {
  category: 'Network',
  names: {
    Bloomberg: 'bbhub.io bloomberg.com bloomberg.net bloombergindustry.com bloomberglaw.com bwbx.io gotraffic.net',
    DoH_DoT: `
      8888.google adguard-dns.com adguard-dns.io adult-filter-dns.cleanbrowsing.org ahadns.net alekberg.net
      anycast.censurfridns.dk anycast.uncensoreddns.org blahdns.com bravedns.com canadianshield.cira.ca cloudflare-dns.com
      controld.com decloudus.com dns-doh.dnsforfamily.com dns-family.adguard.com dns-unfiltered.adguard.com dns.aa.net.uk
      dns.adguard.com dns.alidns.com dns.arapurayil.com dns.bitdefender.net dns.brahma.world dns.cloudflare.com dns.comss.one
      dns.containerpi.com dns.digitale-gesellschaft.ch dns.dnshome.de dns.flatuslifir.is dns.google dns.google.com dns.hostux.net
      dns.mullvad.net dns.njal.la dns.oszx.co dns.pub dns.pumplex.com dns.quad9.net dns.rabbitdns.org dns.sb dns.snopyta.org
      dns.switch.ch dns.t53.de dns.twnic.tw dns.umbrella.com dns0.eu dns10.quad9.net dns11.quad9.net dns12.quad9.net dns4eu.eu
      dns9.quad9.net dnscrypt.ca dnsforge.de dnslify.com dnsoverhttps.com dnswarden.com doh-2.seby.io doh.360.cn
      doh.applied-privacy.net doh.appliedprivacy.net doh.bortzmeyer.fr doh.cleanbrowsing.org doh.crypto.sx
      doh.familyshield.opendns.com doh.ffmuc.net doh.li doh.libredns.gr doh.mullvad.net doh.nic.cz doh.opendns.com
      doh.post-factum.tk doh.powerdns.org doh.pub doh.sandbox.opendns.com doh.sb doh.seby.io doh.tiar.app doh.tiarap.org
      doh.umbrella.com doh.xfinity.com dohtrial.att.net dot.360.cn dot.bortzmeyer.fr dot.ffmuc.net dot.pub dot.sb dot.seby.io
      dot.tiar.app family-filter-dns.cleanbrowsing.org ibksturm.synology.me jarjar.meganerd.nl joindns4.eu jp.tiar.app
      jp.tiarap.org kdns.cz nextdns.io odvr.nic.cz one.one.one.one ordns.he.net pi-dns.com public.dns.iij.jp rdns.faelix.net
      resolver-eu.lelux.fi rethinkdns.com rubyfish.cn rumpelsepp.org security-filter-dns.cleanbrowsing.org
      unicast.uncensoreddns.org wikimedia-dns.org`,
    EAQ: 'brasilbandalarga.com.br eaqbr.com.br',
    OCSP: `
      amazontrust.com lencr.org ocsp.apple.com ocsp.buypass.com ocsp.certum.pl ocsp.comodoca.com ocsp.digicert.com
      ocsp.entrust.net ocsp.geotrust.com ocsp.globalsign.com ocsp.godaddy.com ocsp.identrust.com ocsp.msocsp.com ocsp.pki.goog
      ocsp.quovadisglobal.com ocsp.sectigo.com ocsp.starfieldtech.com ocsp.swisssign.net ocsp.telesec.de ocsp.thawte.com
      ocsp.trust-provider.com ocsp.usertrust.com ocsp.verisign.com ocsp2.apple.com ocsp2.globalsign.com`,
    Ookla: 'cellmaps.com ookla.com ooklaserver.net speedtest.net speedtestcustom.com',
    ntop: 'ntop.org',
    TeslaServices: 'tesla.cn tesla.com tesla.services teslamotors.com',
  },
}
