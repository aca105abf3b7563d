/** What the routes of instances share. */

import { InstanceFileError } from '../instances/instance-file.ts'
import { BadInstance } from '../instances/instance-url.ts'
import { INSTANCE_STATES, type InstanceInfo, MAX_INSTANCE_NAME, MAX_INSTANCE_TOKEN, MAX_INSTANCE_URL } from '../lib/instances.ts'
import { ApiError } from './errors.ts'
import { Type } from './json-schema.ts'

/** All that can be said of one, with every character written as \uXXXX. */
export const MAX_BODY_BYTES = 16_384

export const instanceParams = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) })

const { Array: list, Integer: integer, Number: number, Optional: optional, String: text } = Type

const FINGERPRINT = 'SHA-256 fingerprint of the one certificate that is accepted, whoever signed it'
export const settings = {
  name: optional(text({ maxLength: MAX_INSTANCE_NAME, description: 'What it is called here; its host unless given' })),
  url: text({ minLength: 1, maxLength: MAX_INSTANCE_URL, description: 'Of its console: http://HOST:PORT or https://HOST:PORT' }),
  token: optional(text({ maxLength: MAX_INSTANCE_TOKEN, description: 'What it lets us in with; it is never given out again' })),
  certificate: optional(text({ maxLength: 128, description: FINGERPRINT })),
}

const totals = Type.Object(
  {
    bps: number({ description: 'Now, bits a second; 0 of a capture that has been read to its end' }),
    pps: number(),
    flows: number({ description: 'Live flows' }),
    hosts: number({ description: 'Live hosts; one that is seen on two interfaces counts twice' }),
    packets: number({ description: 'Since the start' }),
    dropped: number({ description: 'Packets lost before they could be read, since the start' }),
  },
  { title: 'InstanceTotals' },
)
const oneInterface = Type.Object(
  {
    id: integer(),
    name: text(),
    kind: text(),
    state: text(),
    failure: optional(text({ description: 'Why it failed' })),
    totals: optional(totals),
  },
  { title: 'InstanceInterface' },
)
const certificate = Type.Object(
  { fingerprint: text({ description: 'SHA-256' }), subject: text(), issuer: text(), validFrom: text(), validTo: text() },
  { title: 'Certificate' },
)

export const instance = Type.Unsafe<InstanceInfo>(
  Type.Object(
    {
      id: text(),
      name: text(),
      url: text(),
      hasToken: Type.Boolean({ description: 'A token is sent; it is never given out' }),
      certificate: optional(text({ description: FINGERPRINT })),
      isGiven: Type.Boolean({ description: 'On the command line, where alone it can be removed' }),
      state: Type.Enum([...INSTANCE_STATES]),
      sinceMs: number({ description: 'When it came into this state, epoch milliseconds' }),
      why: optional(text({ description: 'Unless it is up: one line' })),
      offered: optional(certificate),
      version: optional(text({ description: 'Of its wiretop' })),
      interfaces: list(oneInterface, { description: 'As it answered last, also while it is away' }),
      moreInterfaces: integer({ description: 'How many more it has than are listed' }),
      totals: optional(totals),
      lastAnswerMs: optional(number({ description: 'Epoch milliseconds' })),
      roundTripMs: optional(number({ description: 'From the question until all of the answer was there' })),
      clockOffsetMs: optional(number({ description: 'Its clock less ours, to about a second' })),
      course: list(Type.Union([number(), Type.Null()]), {
        description: 'Bits a second over the last ten minutes, oldest first; null where nothing is known',
      }),
    },
    { title: 'Instance' },
  ),
)

/** What was wrong, as the API says it. */
export function asApiFault(error: unknown): unknown {
  if (error instanceof BadInstance) return new ApiError('bad-parameter', error.message, { field: error.field })
  if (error instanceof InstanceFileError) return new ApiError('not-writable', error.message)
  return error
}
export const unknownInstance = (): ApiError => new ApiError('not-found', 'there is no such instance (any more)', { field: 'id' })
