import type { ServerNameTable } from './table.ts'

export const voip: ServerNameTable = {
  category: 'VoIP',
  names: {
    Fuze: 'fuze.com fuzemeeting.com thinkingphones.com',
    GoTo: `
      accounts.logme.in cdngetgo.com citrixonline.com citrixonlinecdn.com expertcity.com getgo.com getgocdn.com getgoservices.com
      goto-rtc.com goto.com gotoassist.com gotoassist.me gotocdn.com gotoconnect.com gotoinc.com gotomeet.at gotomeet.me
      gotomeeting.com gotomyclass.com gotomypc.com gotostage.com gototraining.com gotowebinar.com jive.com joingotomeeting.com
      logmein.com logmeininc.com logmeinrescue.com logmeinusercontent.com openvoice.com raas.io`,
    Mumble: 'mumble.info',
    Skype_Teams: `
      hockeyapp.net messenger.live.com microsoftstream.com sfbassets.com skype-calling-missedcalls-registrar.trafficmanager.net
      skype.akadns.net skype.com skype.net skype.ssl.hwcdn.net skypeassets.com skypedata.akadns.net
      skypeecs-prod-usw-0-b.cloudapp.net skypeecs.net skypeforbusiness.com`,
    Viber: 'viber.co.il viber.com viber.io viber.vip vibercdn.com',
    Webex: 'ciscospark.com ciscowebex.com wbx2.com webex.com webex.com.cn webexapis.com webexconnect.com webexcontent.com',
  },
}
