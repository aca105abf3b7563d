import type { ServerNameTable } from './table.ts'

export const email: ServerNameTable = {
  category: 'Email',
  names: {
    GMail: `
      gmail-smtp-in.l.google.com gmail.com gmail.googleapis.com googlemail.com inbox.google.com
      mail-attachment.googleusercontent.com mail.google.com`,
    Outlook: `
      hotmail.co.uk hotmail.com hotmail.de hotmail.fr hotmail.it mail.live.com outlook.cn outlook.com outlook.live.com
      outlook.live.net`,
    YandexMail: `
      imap.yandex.com imap.yandex.ru mail.yandex.by mail.yandex.com mail.yandex.com.tr mail.yandex.kz mail.yandex.net
      mail.yandex.ru mail.yandex.uz mail360.yandex.ru pop.yandex.ru smtp.yandex.com smtp.yandex.ru`,
  },
}
