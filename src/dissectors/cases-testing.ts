/** For tests of protocols whose signature is one message: what it is known by, what it tells, and what only looks like it. */
import { describe, expect, test } from 'vitest'
import type { Dissector } from './dissector.ts'
import { Match } from './dissector.ts'
import { sameHoweverCut } from './split-testing.ts'
import { type Ends, fromClient, fromServer, hex, show } from './testing.ts'

export interface Case {
  /** What this message is. */
  readonly name: string
  readonly d: unknown
  readonly ends: Ends
  readonly bytes: Uint8Array
  /** It comes from the server. */
  readonly fromServer?: boolean
  readonly fields?: Record<string, unknown>
  readonly inside?: string
  /** Near misses: in hexadecimal, or the bytes. */
  readonly others: readonly (string | Uint8Array)[]
  /** Away from its port the same bytes prove nothing. */
  readonly onlyThere?: true
}

export const udp = (serverPort = 40_001): Ends => ({ transport: 'udp', serverPort })
export const tcp = (serverPort = 40_001): Ends => ({ transport: 'tcp', serverPort })

/** The same bytes with some put in the place of those at `at`. */
export function but(bytes: Uint8Array, at: number, ...instead: readonly number[]): Uint8Array {
  const changed = Uint8Array.from(bytes)
  changed.set(instead, at < 0 ? bytes.length + at : at)
  return changed
}

export function describeCases(cases: readonly Case[]): void {
  describe.each(cases.map((c) => [c.name, c] as const))(
    '%s',
    (_name, { d, ends, bytes, fields = {}, inside, others, onlyThere, ...rest }) => {
      const dissector = d as Dissector
      const from = rest.fromServer ? fromServer : fromClient

      test('is known by its bytes', () => {
        const said = ends.transport === 'tcp' ? sameHoweverCut(d, bytes, ends, from) : show(dissector, [from(bytes)], ends)
        expect(said).toMatchObject({ verdict: Match, bad: false, fields, ...(inside === undefined ? {} : { inside }) })
      })
      test('begins as its declaration says', () => {
        const over = ends.transport as 'tcp' | 'udp'
        for (const [at, begins] of [dissector.firstBytes, dissector.secondBytes].entries())
          if (begins !== undefined) expect(typeof begins === 'function' ? begins(bytes[at]!, over) : begins.includes(bytes[at]!)).toBe(true)
      })
      test.each(others.map((other, i) => [i, typeof other === 'string' ? hex(other) : other] as const))(
        'is not near miss %i',
        (_i, other) => {
          expect(show(dissector, [from(other)], ends).verdict).not.toBe(Match)
        },
      )
      test('cut short it reads nothing that is not there', () => {
        for (let n = 0; n < bytes.length; n++) expect(show(dissector, [from(bytes.subarray(0, n))], ends).bad).toBe(false)
      })
      if (onlyThere)
        test('proves nothing away from its port', () => {
          if (!dissector.onlyOnPorts) expect(show(dissector, [from(bytes)], { ...ends, serverPort: 40_001 }).verdict).not.toBe(Match)
          else
            expect([...(dissector.ports ?? []), ...(dissector.udpPorts ?? []), ...(dissector.trialPorts ?? [])]).toContain(ends.serverPort)
        })
    },
  )
}
