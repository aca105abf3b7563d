import type { ServerNameTable } from './table.ts'

export const virtAssistant: ServerNameTable = {
  category: 'VirtAssistant',
  names: {
    AmazonAlexa: `
      alexa.a2z.com alexa.amazon.ca alexa.amazon.co.jp alexa.amazon.co.uk alexa.amazon.com alexa.amazon.com.au alexa.amazon.de
      alexa.amazon.es alexa.amazon.fr alexa.amazon.in alexa.amazon.it amazonalexa.com avs-alexa-12-na.amazon.com
      avs-alexa-14-na.amazon.com avs-alexa-2-na.amazon.com avs-alexa-3-na.amazon.com avs-alexa-4-na.amazon.com
      avs-alexa-eu.amazon.com avs-alexa-fe.amazon.com avs-alexa-na.amazon.com bob-dispatch-prod-eu.amazon.com
      bob-dispatch-prod-na.amazon.com dcape-na.amazon.com device-messaging-na.amazon.com device-metrics-us-2.amazon.com
      device-metrics-us.amazon.com`,
    AppleSiri: 'guzzoni-apple-com.v.aaplimg.com guzzoni-apple.com.akadns.net guzzoni.apple.com siri.apple.com smoot.apple.com',
  },
}
