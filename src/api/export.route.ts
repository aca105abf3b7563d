import type { Dump } from '../lib/live.ts'
import { ApiError } from './errors.ts'
import { hostAddress, hostText, hostVlan, readHostAddress } from './host-address.ts'
import { Type } from './json-schema.ts'
import { interfaceId } from './query-parameters.ts'
import { Attachment, type Deps, route } from './route.ts'
import { dump } from './schemas.ts'

/** A dump of full tables is some hundred megabytes, until it has been sent. */
const MAX_AT_ONCE = 2
const TIMEOUT_MS = 600_000
const ROWS_A_CHUNK = 200

export default ({ questions }: Deps) => {
  let running = 0
  return route({
    method: 'GET',
    path: '/api/v1/export',
    summary: 'Everything known of one host, or of all, as a file',
    tag: 'details',
    query: Type.Object({ interface: interfaceId(), host: Type.Optional(hostAddress()), vlan: hostVlan() }),
    reply: dump,
    timeoutMs: TIMEOUT_MS,
    handler: async ({ interface: id, host, vlan }) => {
      const wanted = host === undefined ? undefined : readHostAddress(host, vlan, 'host')
      if (running >= MAX_AT_ONCE) throw new ApiError('busy', `${MAX_AT_ONCE} exports are being made already; try again in a moment`)
      running++
      const end = () => running--
      try {
        const answer = await questions.ask(id, 'dump', wanted ?? {})
        if (wanted && answer.hosts.length === 0)
          throw new ApiError('not-found', `there is no live host ${hostText(wanted)}`, { field: 'host' })
        return new Attachment(fileName(answer, wanted?.address), dumpText(answer), end)
      } catch (error) {
        end()
        throw error
      }
    },
  })
}

const fileName = (answer: Dump, address: string | undefined) =>
  `wiretop-${answer.interface.slice(0, 64)}${address === undefined ? '' : `-${address}`}-${new Date(answer.nowMs).toISOString().slice(0, 19)}.json`

/** JSON in pieces: one text of it all could be longer than a string may be, and other clients wait while it is made. */
export async function* dumpText({ hosts, flows, ...head }: Dump): AsyncGenerator<string> {
  yield `${JSON.stringify(head).slice(0, -1)},"hosts":`
  yield* rowsText(hosts)
  yield ',"flows":'
  yield* rowsText(flows)
  yield '}\n'
}

async function* rowsText(rows: readonly object[]): AsyncGenerator<string> {
  yield '['
  for (let i = 0; i < rows.length; i += ROWS_A_CHUNK) {
    const chunk = rows.slice(i, i + ROWS_A_CHUNK).map((row) => JSON.stringify(row))
    yield `${i > 0 ? ',\n' : '\n'}${chunk.join(',\n')}`
    await new Promise(setImmediate)
  }
  yield '\n]'
}
