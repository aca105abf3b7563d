import type { ServerNameTable } from './table.ts'

export const chat: ServerNameTable = {
  category: 'Chat',
  names: {
    DingTalk: 'dingtalk.cn dingtalk.com dingtalkapps.com dingtalkcloud.com laiwang.com',
    FacebookMessenger: `
      edge-chat.facebook.com edge-mqtt-fallback.facebook.com edge-mqtt.facebook.com m.me messenger.com mqtt-mini.facebook.com
      mqtt.facebook.com`,
    GoogleChat: 'chat.google.com',
    GoogleMeet: 'meet.google.com meet.googleapis.com meet.turns.goog meetings.googleapis.com',
    IRC: `
      irc.dal.net irc.efnet.org irc.freenode.net irc.oftc.net irc.quakenet.org irc.rizon.net irc.undernet.org irccloud.com
      ircnet.org libera.chat`,
    KakaoTalk: 'kakao.co.kr kakao.com kakaocdn.net kakaocorp.com',
    Line: 'lin.ee line-apps-beta.com line-apps.com line-cdn.net line-scdn.net line.me line.naver.jp linecorp.com',
    QQ: 'gtimg.cn gtimg.com idqqimg.com qlogo.cn qpic.cn qq.com qqmail.com qzone.com',
    Signal: 'signal.art signal.group signal.me signal.org signal.tube whispersystems.org',
    Telegram: `
      comments.app contest.com graph.org t.me tdesktop.com telegra.ph telegram-cdn.org telegram.dog telegram.me telegram.org
      telesco.pe`,
    Threema: 'threema.ch threema.com threema.id',
    WeChat: `
      servicewechat.com wechat.com wechatapp.com wechatlegal.net wechatpay.com weixin.com weixin.qq.com weixinbridge.com`,
    WhatsApp: 'wa.me whatsapp.com whatsapp.net',
  },
}
