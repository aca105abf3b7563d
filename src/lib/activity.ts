/** In which seconds a host had traffic: what is asked, and how bits of seconds become an answer. */

const SECOND_MS = 1000
const MINUTE_S = 60
const DAY_S = 86_400
/** What one answer spans at most. */
export const MAX_MINUTES_S = 26 * 3600
export const MAX_SECONDS_S = 3600

export const ACTIVITY_STEPS = ['minute', 'second'] as const

export interface ActivityAsk {
  readonly address: string
  /** Left out: in whichever VLAN. */
  readonly vlan?: number
  /** Epoch milliseconds; left out: the last day, or by the second the last hour. */
  readonly fromMs?: number
  readonly toMs?: number
  readonly step: (typeof ACTIVITY_STEPS)[number]
}

export interface HostActivity {
  readonly address: string
  /** When the first step begins. */
  readonly fromMs: number
  readonly stepMs: number
  /** Seconds with traffic in each step. */
  readonly active: readonly number[]
  readonly activeSeconds: number
}

/** Whole seconds of the epoch: from the first, and up to the last without it. */
export interface SecondRange {
  readonly fromS: number
  readonly toS: number
}

/** What the question spans: whole minutes, bounded; what is too long loses its beginning. */
export function rangeAsked({ fromMs, toMs, step }: ActivityAsk, nowMs: number): SecondRange {
  const most = step === 'minute' ? MAX_MINUTES_S : MAX_SECONDS_S
  const usual = step === 'minute' ? DAY_S : MAX_SECONDS_S
  const toS = Math.ceil((toMs ?? nowMs + 1) / SECOND_MS / MINUTE_S) * MINUTE_S
  const fromS = fromMs === undefined ? toS - usual : Math.floor(fromMs / SECOND_MS / MINUTE_S) * MINUTE_S
  return { fromS: Math.min(Math.max(fromS, toS - most), toS), toS }
}

export const bitCount = ({ fromS, toS }: SecondRange): number => Math.ceil((toS - fromS) / 8)

/** `bits`: one a second of the range, lowest first. */
export function activityOf({ address, step }: ActivityAsk, { fromS, toS }: SecondRange, bits: Uint8Array): HostActivity {
  const stepS = step === 'minute' ? MINUTE_S : 1
  const active = new Array<number>((toS - fromS) / stepS).fill(0)
  let activeSeconds = 0
  for (let s = 0; s < toS - fromS; s++) {
    if ((bits[s >> 3]! & (1 << (s & 7))) === 0) continue
    active[Math.floor(s / stepS)]! += 1
    activeSeconds++
  }
  return { address, fromMs: fromS * SECOND_MS, stepMs: stepS * SECOND_MS, active, activeSeconds }
}

/** As ntopng 1.2 has it: when each minute began that had traffic, in epoch seconds, and how many of its seconds had. */
export function activityMap({ fromMs, stepMs, active }: HostActivity): Record<string, number> {
  const map: Record<string, number> = {}
  active.forEach((seconds, i) => {
    if (seconds > 0) map[String((fromMs + i * stepMs) / SECOND_MS)] = seconds
  })
  return map
}
