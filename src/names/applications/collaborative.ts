import type { ServerNameTable } from './table.ts'

export const collaborative: ServerNameTable = {
  category: 'Collaborative',
  names: {
    Discord: `
      dis.gd discord-attachments-uploads-prd.storage.googleapis.com discord.co discord.com discord.dev discord.gg discord.gift
      discord.media discord.new discordapp.com discordapp.net discordcdn.com discordsays.com discordstatus.com`,
    Github: `
      ghcr.io git.io github.blog github.com github.dev github.io githubapp.com githubassets.com githubcopilot.com githubstatus.com
      githubusercontent.com`,
    GitLab: 'gitlab-static.net gitlab.com gitlab.io gitlab.net gitlabstatic.com',
    GoogleClassroom: 'classroom.google.com',
    GoogleDocs: `
      docs.google.com docs.googleapis.com sheets.google.com sheets.googleapis.com slides.google.com slides.googleapis.com
      spreadsheets.google.com`,
    Microsoft365: `
      cloud.microsoft dynamics.com loop.microsoft.com lync.com microsoft365.com microsoftonline-p.com microsoftonline-p.net
      microsoftonline.com microsoftonline.us msftidentity.com msidentity.com msoidentity.com office.com office.de office.net
      office365.com office365.us officeapps.live.com officecdn.microsoft.com officeclient.microsoft.com officeppe.net onenote.com
      onenote.net onmicrosoft.com powerapps.com powerautomate.com powerbi.com powerplatform.com protection.outlook.com
      sharepoint.cn sharepoint.com sharepointonline.com static.microsoft svc.ms sway.com usercontent.microsoft yammer.com
      yammerusercontent.com`,
    Slack: `
      slack-core.com slack-edge.com slack-files.com slack-imgs.com slack-msgs.com slack-redir.net slack-svcs.com slack.com
      slack.global slackb.com slackcertified.com slackdemo.com slackhq.com`,
    Teams: `
      -teams.cloudapp.net teams-msgapi.trafficmanager.net teams.cdn.office.net teams.cloud.microsoft
      teams.events.data.microsoft.com teams.live.com teams.microsoft.com teams.microsoft.us teams.office.com teams.office.net
      teams.skype.com teams.trafficmanager.net`,
  },
}
