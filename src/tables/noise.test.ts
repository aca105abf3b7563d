/** Bytes that mean nothing get no name: at most one flow in 2,000, over all protocols together. bench/noise.bench.ts asks with more of them. */
import { expect, test } from 'vitest'
import { makeNoise, NOISES, type Outcome } from './noise-testing.ts'

const FLOWS = 1024
const SEED = 20_261
const MAX_SHARE = 0.0005
const SLOW_MS = 60_000

test(
  'noise has no name',
  () => {
    const outcomes: Outcome[] = NOISES.flatMap((noise, i) => [
      makeNoise(noise, 'udp', FLOWS, SEED + i),
      makeNoise(noise, 'tcp', FLOWS, SEED + NOISES.length + i),
    ])
    const named = outcomes.flatMap((outcome) => [...outcome.named])
    const count = named.reduce((sum, [, n]) => sum + n, 0)
    const flows = outcomes.reduce((sum, outcome) => sum + outcome.flows, 0)
    expect({ named, share: count / flows <= MAX_SHARE }).toEqual({ named, share: true })
    expect(flows).toBeGreaterThanOrEqual(2 * NOISES.length * FLOWS)
  },
  SLOW_MS,
)
