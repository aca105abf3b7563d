import { adultContent } from './adult-content.ts'
import { advertisement } from './advertisement.ts'
import { chat } from './chat.ts'
import { cloud } from './cloud.ts'
import { collaborative } from './collaborative.ts'
import { cybersecurity } from './cybersecurity.ts'
import { dataTransfer } from './data-transfer.ts'
import { database } from './database.ts'
import { download } from './download.ts'
import { email } from './email.ts'
import { game } from './game.ts'
import { media } from './media.ts'
import { music } from './music.ts'
import { network } from './network.ts'
import { remoteAccess } from './remote-access.ts'
import { shopping } from './shopping.ts'
import { socialNetwork } from './social-network.ts'
import { softwareUpdate } from './software-update.ts'
import { streaming } from './streaming.ts'
import type { ServerNameTable } from './table.ts'
import { video } from './video.ts'
import { virtAssistant } from './virt-assistant.ts'
import { voip } from './voip.ts'
import { vpn } from './vpn.ts'
import { web } from './web.ts'

/** Applications by the names of their servers, one table a category. */
export const serverNameTables: readonly ServerNameTable[] = [
  adultContent,
  advertisement,
  chat,
  cloud,
  collaborative,
  cybersecurity,
  dataTransfer,
  database,
  download,
  email,
  game,
  media,
  music,
  network,
  remoteAccess,
  shopping,
  socialNetwork,
  softwareUpdate,
  streaming,
  video,
  virtAssistant,
  voip,
  vpn,
  web,
]
