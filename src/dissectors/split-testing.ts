/** For tests: a TCP stream means the same however it is cut into segments. */
import { expect } from 'vitest'
import type { Dissector } from './dissector.ts'
import { Match } from './dissector.ts'
import { type Ends, fromClient, type Report, show } from './testing.ts'

/** Shows the bytes whole, then cut in two at every place: each time the same verdict and the same fields. */
export function sameHoweverCut(d: unknown, bytes: Uint8Array, ends: Ends = {}, from = fromClient): Report {
  const tcp: Ends = { ...ends, transport: 'tcp' }
  const whole = show(d as Dissector, [from(bytes)], tcp)
  expect(whole.verdict).toBe(Match)
  for (let at = 1; at < bytes.length; at++) {
    const cut = show(d as Dissector, [from(bytes.subarray(0, at)), from(bytes.subarray(at))], tcp)
    expect({ at, verdict: cut.verdict, fields: cut.fields, info: cut.info }).toEqual({
      at,
      verdict: Match,
      fields: whole.fields,
      info: whole.info,
    })
  }
  return whole
}
