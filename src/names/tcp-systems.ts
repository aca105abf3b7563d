/** Which operating system sends such a SYN. Its options stand in an order of its own in each TCP, and most have a window and hop limit of their own. */

/** What of a SYN does not depend on where it goes. */
export interface SynFeatures {
  /** As it was sent: 32, 64, 128 or 255. */
  readonly ttl: number
  readonly window: number
  /** -1 without the option; so is `windowScale`. */
  readonly mss: number
  readonly windowScale: number
  /** Names of the options in their order: 'mss,sok,ts,nop,ws'. */
  readonly options: string
}

const LINUX = 'mss,sok,ts,nop,ws'
const APPLE = 'mss,nop,ws,nop,nop,ts,sok,eol'
const APPLE_ECN = 'mss,nop,ws,nop,nop,ts,sok,eol,eol'
const WINDOWS = ['mss,nop,ws,nop,nop,sok', 'mss,nop,ws,sok,ts', 'mss,nop,nop,sok']
const BSD = 'mss,nop,ws,sok,ts'
const OPENBSD = 'mss,nop,nop,sok,nop,ws,nop,nop,ts'
const SOLARIS = ['mss,nop,ws,nop,nop,sok', 'sok,ts,mss,nop,ws']
const FULL_WINDOW = 65_535

/** Undefined where it could be anybody's. */
export function systemOfSyn({ ttl, window, windowScale, options }: SynFeatures): string | undefined {
  if (options === APPLE || options === APPLE_ECN) return ttl === 64 ? 'macOS or iOS' : undefined
  // Android's start-up scripts widen the buffers; plain Linux begins with 10, 20 or 44 segments.
  if (options === LINUX) return ttl !== 64 ? undefined : window === FULL_WINDOW && windowScale >= 6 ? 'Android' : 'Linux'
  if (ttl === 128 && WINDOWS.includes(options)) return windowScale < 0 ? 'Windows XP' : 'Windows'
  if (ttl === 64 && options === BSD && window === FULL_WINDOW) return 'FreeBSD'
  if (ttl === 64 && options === OPENBSD) return 'OpenBSD'
  if (ttl !== 128 && SOLARIS.includes(options) && (window === 49_640 || window === 32_850)) return 'Solaris'
  return ttl === 255 && options === 'mss' && window === 4128 ? 'Cisco IOS' : undefined
}
