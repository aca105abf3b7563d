import type { ServerNameTable } from './table.ts'

export const socialNetwork: ServerNameTable = {
  category: 'SocialNetwork',
  names: {
    Badoo: 'badoo.app badoo.com badoocdn.com bumble.com',
    Bluesky: 'atproto.com bluesky-social.com blueskyweb.xyz bsky.app bsky.network bsky.social',
    Facebook: `
      accountkit.com facebook-hardware.com facebook.co.uk facebook.com facebook.net facebookcorewwwi.onion facebookmail.com fb.com
      fb.gg fb.me fb.watch fbcdn-dragon-a.akamaihd.net fbcdn-photos-a.akamaihd.net fbcdn-profile-a.akamaihd.net
      fbcdn-sphotos-a.akamaihd.net fbcdn-vthumb-a.akamaihd.net fbcdn.com fbcdn.net fbe2e.com fbexternal-a.akamaihd.net fbinfra.net
      fbpigeon.com fbsbx.com fbstatic-a.akamaihd.net fbthirdpartypixel.com fburl.com freebasics.com internet.org meta.com
      metacareers.com oculus.com oculuscdn.com tfbnw.net workplace.com`,
    FbookReelStory: 'video.fbcdn.net video.xx.fbcdn.net',
    Instagram: `
      cdninstagram.com ig.me igcdn-photos- igcdn.com igsonar.com instagr.am instagram.c10r.facebook.com instagram.com
      instagram.net`,
    Likee: 'bigo.sg bigolive.tv like-video.com like.video likee.com likee.video likeeapp.com likeesg.com likeevideo.com',
    LinkedIn: 'licdn.cn licdn.com linkedin-ei.com linkedin.cn linkedin.com linkedinlabs.com lnkd.in',
    Mastodon: `
      fosstodon.org hachyderm.io infosec.exchange joinmastodon.org mas.to mastodon.cloud mastodon.green mastodon.online
      mastodon.social mastodon.world mstdn.jp mstdn.social techhub.social`,
    Pinterest: `
      pin.it pinimg.com pinterest.at pinterest.ca pinterest.ch pinterest.cl pinterest.co.kr pinterest.co.uk pinterest.com
      pinterest.com.au pinterest.com.mx pinterest.de pinterest.dk pinterest.es pinterest.fr pinterest.it pinterest.jp
      pinterest.net pinterest.nz pinterest.ph pinterest.pt pinterest.ru pinterest.se`,
    Reddit: `
      redd.it reddit-uploaded-media.s3-accelerate.amazonaws.com reddit.com redditinc.com redditmail.com redditmedia.com
      redditspace.com redditstatic.com`,
    Sina: 'sina.cn sina.com sina.com.cn sina.com.hk sina.com.tw sinaapp.com sinaimg.cn sinaimg.com sinajs.cn sinajs.com',
    SinaWeibo: 'weibo.cn weibo.com weibo.com.cn weibocdn.com weico.cc',
    Snapchat: `
      addlive.io bitmoji.com feelinsonice-hrd.appspot.com feelinsonice.com feelinsonice.l.google.com
      impala-media-production.s3.amazonaws.com sc-cdn.net sc-corp.net sc-gw.com sc-jpl.com sc-prod.net sc-static.net snap-dev.com
      snap-dev.net snap.com snap.io snapads.com snapchat-proxy.appspot.com snapchat.com snapkit.co snapkit.com`,
    Tencent: `
      dnspod.cn dnspod.com myqcloud.com qcloud.com qcloudcdn.com tencent-cloud.cn tencent-cloud.com tencent-cloud.net tencent.cn
      tencent.com tencentcloud.com tencentcloudapi.com tencentcs.com`,
    Threads: 'threads.com threads.net',
    TikTok: `
      amemv.com bytecdn.com byted.org bytedance.com bytedapm.com bytefcdn-oversea.com bytegecko-i18n.com bytegecko.com byteglb.com
      byteoversea.com byteoversea.net bytetcdn.com bytewlb.com capcut.com douyin.com douyincdn.com douyinpic.com douyinvod.com
      ibytedtos.com ibyteimg.com ipstatp.com isnssdk.com muscdn.com musemuse.cn musical.ly p16-tiktokcdn-com.akamaized.net
      pstatp.com sgpstatp.com sgsnssdk.com snssdk.com tiktok.com tiktokcdn-eu.com tiktokcdn-in.com tiktokcdn-us.com tiktokcdn.com
      tiktokd.net tiktokd.org tiktokeu-cdn.com tiktokrow-cdn.com tiktokshop.com tiktokv.com tiktokv.eu tiktokv.us tiktokw.eu
      tiktokw.us toutiao.com toutiaostatic.com ttdns2.com ttlivecdn.com ttlstatic.com ttoversea.net ttwstatic.com`,
    Tumblr: 'tumblr.co tumblr.com txmblr.com',
    Twitter: `
      ads-twitter.com periscope.tv pscp.tv t.co tweetdeck.com twimg.com twitter.com twitter.map.fastly.net twitterinc.com
      twtrdns.net twttr.com twttr.net x.com`,
    VK: `
      userapi.com vk-cdn.net vk-portal.net vk.cc vk.com vk.company vk.me vk.ru vkontakte.ru vkuser.net vkuseraudio.net
      vkuserlive.com vkuservideo.com vkuservideo.net vkvideo.ru`,
  },
}
