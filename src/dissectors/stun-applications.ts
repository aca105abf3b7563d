/**
 * Whose STUN it is. The protocol is everybody's; an application shows itself by attributes of its own, by the realm of its relays or by ports that its
 * operator publishes. From then on its socket is known, and so are the peers that it asks its relay for: their flows show nothing of the kind.
 */
import type { Context } from './dissector.ts'

/** Numbered from 1 by `memo`, so the order is of no weight, but not more than 30. */
const APPLICATIONS = [
  'FacebookVoip',
  'GoogleCall',
  'SignalVoip',
  'Skype_TeamsCall',
  'TelegramVoip',
  'ViberVoip',
  'WhatsAppCall',
  'Zoom',
] as const
type Application = (typeof APPLICATIONS)[number]

// `memo`: bit 0 is the caller's; then the application.
const UNIT = 2
const BY_ANOTHER_FLOW = 31
const applicationBits = (ctx: Context) => Math.floor(ctx.memo / UNIT) & 31
export const isApplicationKnown = (ctx: Context): boolean => applicationBits(ctx) !== 0

/** [MS-TURN] §2.2.2: version; [MS-ICE2] §2.2: candidate identifier, service quality, implementation version. */
const MICROSOFT = [0x8008, 0x8054, 0x8055, 0x8070]
/** In messages of RFC 3489, where nobody else goes beyond 0x000b. */
const ZOOM_FIRST = 0x0101
const ZOOM_LAST = 0x0103
export const isZoomAttribute = (type: number): boolean => type >= ZOOM_FIRST && type <= ZOOM_LAST
/** WhatsApp's relays: token, latency, subscriptions; from a range that nothing is registered in. */
const isWhatsAppAttribute = (type: number) => (type >= 0x4000 && type <= 0x4007) || (type >= 0x4024 && type <= 0x4027)

const BY_REALM: Readonly<Record<string, Application>> = {
  rtcmedia: 'Skype_TeamsCall', // [MS-TURN] §2.2.2.4
  'signal.org': 'SignalVoip',
  'telegram.org': 'TelegramVoip',
  'turn.l.google.com': 'GoogleCall',
  'turner.facebook': 'FacebookVoip',
  'viber.com': 'ViberVoip',
}
/** Media of Meet and its predecessors (support.google.com/a/answer/1279090); 19302 is a public service for all. */
const isGoogleMediaPort = (port: number) => port >= 19_305 && port <= 19_309
const TELEGRAM_PORT = 1400

/** A call is silent for less (RFC 8656 §3.2). */
const SOCKET_SECONDS = 600
/** §9 */
const PERMISSION_SECONDS = 300

function name(app: Application, ctx: Context): void {
  if (isApplicationKnown(ctx)) return
  ctx.memo += UNIT * (APPLICATIONS.indexOf(app) + 1)
  ctx.inside(app)
  if (ctx.proto === 17) ctx.expectAt('udp', 'client', ctx.fromClient ? ctx.srcPort : ctx.dstPort, app, SOCKET_SECONDS)
}

export function nameByAttribute(type: number, ctx: Context): void {
  if (isWhatsAppAttribute(type)) name('WhatsAppCall', ctx)
  else if (isZoomAttribute(type)) name('Zoom', ctx)
  else if (MICROSOFT.includes(type)) name('Skype_TeamsCall', ctx)
}
/** The realm in lower case. */
export function nameByRealm(realm: string, ctx: Context): void {
  const app = BY_REALM[realm]
  if (app !== undefined) name(app, ctx)
}
/** Telegram's servers say that they are nothing: at their port. */
export function nameBySoftware(software: string, ctx: Context): void {
  if (software === 'None' && ctx.srcPort === TELEGRAM_PORT) name('TelegramVoip', ctx)
}
/** Connectivity checks, which have a user, with a media server. */
export function nameByCheck(ctx: Context): void {
  if (isGoogleMediaPort(ctx.fromClient ? ctx.dstPort : ctx.srcPort)) name('GoogleCall', ctx)
}
/** Another flow knew whose socket or whose peer this is. */
export function nameByAnotherFlow(ctx: Context): void {
  const app = ctx.announced()
  if (app === '') return
  ctx.memo += UNIT * BY_ANOTHER_FLOW
  ctx.inside(app)
}

/** A peer for which the application asks its relay: their direct flow may follow. */
export function announcePeer(address: Uint8Array, length: 4 | 16, port: number, ctx: Context): void {
  const app = APPLICATIONS[applicationBits(ctx) - 1]
  if (app !== undefined) ctx.expect('udp', address, 0, length, port, app, PERMISSION_SECONDS)
}
