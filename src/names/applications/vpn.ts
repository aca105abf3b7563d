import type { ServerNameTable } from './table.ts'

export const vpn: ServerNameTable = {
  category: 'VPN',
  names: {
    CactusVPN: 'cactusvpn.com cactusvpn.net cactusvpn.org',
    CloudflareWarp: 'cloudflareclient.com cloudflarewarp.com warp.plus',
    FortiClient: 'forticlient.com fortisase.com',
    HotspotShield: 'afcdn.net anchorfree.com anchorfree.net hotspotshield.com hsselite.com northghost.com',
    Mullvad: 'mullvad.net mullvad.org',
    NordVPN: `
      icpsuawn1zy5amys.com napps-1.com napps-2.com nord-apps.com nordaccount.com nordcdn.com nordsec.com nordvpn.com nordvpn.net
      zwyr157wwiu6eior.com`,
    OperaVPN: 'opera-proxy.net sec-tunnel.com surfeasy.com',
    PrivateInternetAccess: 'piaproxy.net piaservers.net privateinternetaccess.com',
    ProtonVPN: 'protonvpn.ch protonvpn.com protonvpn.net vpn-api.proton.me vpn.proton.me',
    Psiphon: 'psiphon.ca psiphon.net psiphon3.com psiphontoday.com psiphonx.com',
    Softether: 'softether-network.net softether.com softether.net softether.org uxcom.jp vpnazure.net vpngate.net',
    SurfShark: 'shark-china.com surfshark.com surfsharkstatus.com',
    Tailscale: 'tailscale.com tailscale.io ts.net',
    Tor: 'onion.ly onion.to tor2web.org torproject.net torproject.org torproject.us',
    TunnelBear: 'bearsmyip.com polargrizzly.com tunnelbear.com',
    Windscribe: 'staticnetcontent.com totallyacdn.com whiskergalaxy.com windscribe.com windscribe.net',
    iCloudPrivateRelay: `
      mask-api.fe.apple-dns.net mask-api.icloud.com mask-canary.icloud.com mask-h2.icloud.com mask-t.apple-dns.net
      mask.apple-dns.net mask.icloud.com`,
  },
}
