import type { ServerNameTable } from './table.ts'

export const cloud: ServerNameTable = {
  category: 'Cloud',
  names: {
    AmazonAWS: `
      amazonaws.com amazonaws.com.cn amplifyapp.com api.aws aws.a2z.com aws.amazon.com aws.dev awsapps.com awscloud.com awsdns-
      awsglobalaccelerator.com awsstatic.com cloudfront.net elasticbeanstalk.com`,
    AmazonVideo: `
      aiv-cdn.net aiv-delivery.net amazonprimevideo.cn amazonvideo.com atv-ext-eu.amazon.com atv-ext-fe.amazon.com
      atv-ext.amazon.com atv-ps-eu.amazon.co.uk atv-ps-eu.amazon.com atv-ps-fe.amazon.co.jp atv-ps.amazon.com
      avodassets-a.akamaihd.net avodhlss3-vh.akamaihd.net avodmp4s3ww-a.akamaihd.net primevideo.com pv-cdn.net video.amazon.com`,
    ApplePush: 'courier-push-apple.com.akadns.net push-apple.com.akadns.net push.apple.com',
    Azure: `
      azure-api.net azure-automation.net azure-devices.net azure-dns.com azure-dns.info azure-dns.net azure-dns.org azure.cn
      azure.com azure.microsoft.com azure.net azurecontainer.io azurecr.io azureedge.net azurefd.net azurehdinsight.net
      azurewebsites.net chinacloudapi.cn core.windows.net database.windows.net servicebus.windows.net windowsazure.com`,
    AliCloud: 'alibabacloud.com alibabadns.com aliyun.com aliyuncdn.com aliyuncs.com aliyundrive.com',
    Cachefly: 'cachefly.com cachefly.net',
    Dropbox: `
      db.tt dropbox-dns.com dropbox.com dropbox.tech dropboxapi.com dropboxbusiness.com dropboxcaptcha.com dropboxforum.com
      dropboxinsiders.com dropboxpartners.com dropboxstatic.com dropboxusercontent.com getdropbox.com`,
    Edgecast: `
      alphacdn.net betacdn.net deltacdn.net edgecast.com edgecastcdn.net edgecastdns.net edgio.com edgio.net gammacdn.net
      omegacdn.net systemcdn.net`,
    GoogleCloud: `
      appspot.com bigquery.googleapis.com cloud.goog cloud.google.com cloudfunctions.net cloudresourcemanager.googleapis.com
      cloudshell.dev compute.googleapis.com container.googleapis.com gcr.io googlecloud.com googlecloudapis.com pkg.dev run.app
      storage.googleapis.com`,
    GoogleDrive: `
      docs.googleusercontent.com drive-thirdparty.googleusercontent.com drive.google.com drive.googleapis.com
      drive.usercontent.google.com drivefrontend-pa.googleapis.com googledrive.com`,
    HuaweiCloud: `
      cloud.huawei.asia cloud.huawei.com dbankcdn.cn dbankcdn.com dbankcloud.asia dbankcloud.cn dbankcloud.com dbankcloud.eu
      dbankcloud.ru hc-cdn.com hicloud.com huaweicloud.com huaweicloudwaf.com hwcdn.com hwclouds.com hwcloudtest.cn
      myhuaweicloud.com`,
    Microsoft: `
      a-msedge.net aka.ms applicationinsights.io aspnetcdn.com azure-mobile.net b-msedge.net bing.com bing.net bingapis.com
      bingforbusiness.com c-msedge.net cloudapp.net copilot.com e-msedge.net gfx.ms hotmail.eu k-msedge.net l-msedge.net live.com
      live.net microsoft.com microsoft.net microsoft.us microsoftpersonalcontent.com microsofttranslator.com msads.net msauth.net
      msecnd.net msedge.net mseng.ms msftauth.net msftconnecttest.com msftncsi.com msftstatic.com msn.cn msn.com msn.net
      msocdn.com nuget.org onestore.ms passport.net s-microsoft.com s-msedge.net t-msedge.net trafficmanager.net virtualearth.net
      visualstudio.com vsassets.io vscode-cdn.net vscode-unpkg.net windows.com windows.net windowsphone.com windowssearch.com`,
    MS_OneDrive: `
      1drv.com 1drv.ms docs.live.net livefilestore.com oneclient.sfx.ms onedrive.com onedrive.live.com skyapi.live.net
      skydrive.live.com storage.live.com`,
    Salesforce: `
      documentforce.com exacttarget.com force.com marketingcloudapis.com salesforce-experience.com salesforce-sites.com
      salesforce.com salesforceliveagent.com sfdc.net sfdcstatic.com trailhead.com visualforce.com`,
    UbuntuONE: 'snapcraft.io ubuntu.com ubuntuone.com',
    YandexCloud: 'cloud.yandex.com cloud.yandex.net cloud.yandex.ru yandex.cloud yandexcloud.net',
    YandexDisk: `
      disk.yandex.by disk.yandex.com disk.yandex.com.tr disk.yandex.kz disk.yandex.net disk.yandex.ru disk.yandex.uz yadi.sk`,
  },
}
