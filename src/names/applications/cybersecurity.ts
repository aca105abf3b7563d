import type { ServerNameTable } from './table.ts'

export const cybersecurity: ServerNameTable = {
  category: 'Cybersecurity',
  names: {
    Cybersec: `
      avast.com avcdn.net avg.com avira.com bitdefender.com bitdefender.com.cn bitdefender.net carbonblack.com carbonblack.io
      checkpoint.com cloudsink.net crowdstrike.com crowdstrike.eu cybereason.net cylance.com darktrace.com drweb.com emsisoft.com
      eset.com eset.eu f-secure.com fireeye.com forcepoint.net fortigate.com fortiguard.com fortiguard.net fortinet.com
      fortinet.net fortisandbox.com gdata.de hybrid-analysis.com kaspersky-labs.com kaspersky.com malwarebytes.com
      malwarebytes.org mbamupdates.com mcafee-gw.com mcafee.com norton.com paloaltonetworks.com pandasecurity.com qualys.com
      qualys.eu rapid7.com securityintelligence.com sentinelone.net sophos.com sophosupd.com sophosxl.net symantec.com
      symantecliveupdate.com tenable.com trellix.com trendmicro.com virustotal.com webroot.com webrootcloudav.com withsecure.com
      zscaler.com zscaler.net zscalertwo.net zscloud.net`,
  },
}
