import type { ServerNameTable } from './table.ts'

export const shopping: ServerNameTable = {
  category: 'Shopping',
  names: {
    eBay: `
      ebay.at ebay.be ebay.ca ebay.ch ebay.co.uk ebay.com ebay.com.au ebay.com.hk ebay.com.my ebay.com.sg ebay.de ebay.es ebay.fr
      ebay.ie ebay.in ebay.it ebay.nl ebay.ph ebay.pl ebayadvertising.com ebaycdn.net ebayimg.com ebayinc.com ebayrtm.com
      ebaystatic.com`,
    YandexMarket: 'market.yandex.by market.yandex.com market.yandex.kz market.yandex.net market.yandex.ru market.yandex.uz',
  },
}
