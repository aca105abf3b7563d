import type { ShownHost } from '../lib/host-naming.ts'
import {
  ALL_INTERFACES,
  type Answer,
  type Ask,
  type InterfaceInfo,
  type Live,
  type LiveInterface,
  type Question,
  type Totals,
} from '../lib/live.ts'
import { ApiError } from './errors.ts'
import { shownHosts } from './shown-hosts.ts'

/** Questions that wait for their answers, over all clients: what comes on top is turned away, so that no queue grows without a bound. */
const MAX_WAITING = 256

export type InterfaceEntry = InterfaceInfo & { readonly totals?: Totals }

export function entryOf(one: LiveInterface): InterfaceEntry {
  const totals = one.latest()
  return { ...one.info, ...(totals && { totals }) }
}

export interface InterfaceEntries {
  readonly interfaces: readonly InterfaceEntry[]
  /** All together, where there are several. */
  readonly all?: InterfaceEntry
}
export function interfacesOf(live: Live): InterfaceEntries {
  return { interfaces: live.interfaces().map(entryOf), ...(live.all && { all: entryOf(live.all) }) }
}

/** Why nobody answers for an interface; undefined when somebody does. */
function silence({ state, name, failure }: InterfaceInfo): ApiError | undefined {
  if (state === 'disabled')
    return new ApiError('interface-disabled', `interface ${name} is disabled: it captures nothing until it is enabled`)
  if (state === 'failed') return new ApiError('interface-failed', `interface ${name} has failed: ${failure ?? 'the reason is not known'}`)
  return undefined
}

/** Brings the questions of routes to the interface they are about. */
export class Questioner {
  readonly live: Live
  private readonly shown: ((hosts: readonly ShownHost[]) => void) | undefined
  private waiting = 0

  /** `shown` hears of the hosts that answers show. */
  constructor(live: Live, shown?: (hosts: readonly ShownHost[]) => void) {
    this.live = live
    this.shown = shown
  }

  /** The first interface when no id is given. */
  interfaceOf(id: number | undefined): LiveInterface {
    const one = id === undefined ? this.live.interfaces()[0] : this.live.get(id)
    if (one) return one
    const known = this.live.interfaces().map(({ info }) => String(info.id))
    if (id === ALL_INTERFACES && known.length > 0)
      throw new ApiError('not-found', 'there are no two interfaces that could be asked as one', { field: 'interface', expected: known })
    if (known.length === 0) throw new ApiError('not-found', 'there is no interface yet; send a capture to POST /api/v1/interfaces')
    throw new ApiError('not-found', `there is no interface ${id}; those are ${known.join(', ')}`, { field: 'interface', expected: known })
  }

  /** One that can be changed: not all together. */
  ownOf(id: number): LiveInterface {
    if (id !== ALL_INTERFACES) return this.interfaceOf(id)
    throw new ApiError('not-found', 'all interfaces together are none of their own: name one of them', { field: 'id' })
  }

  /** One that has packets, or had: neither failed nor disabled. */
  readOf(id: number | undefined): LiveInterface {
    const one = this.interfaceOf(id)
    const error = silence(one.info)
    if (error !== undefined) throw error
    return one
  }

  async ask<Q extends Question>(id: number | undefined, question: Q, ask: Ask<Q>): Promise<Answer<Q>> {
    const one = this.interfaceOf(id)
    if (this.waiting >= MAX_WAITING) throw new ApiError('busy', `${MAX_WAITING} questions wait already; try again in a moment`)
    this.waiting++
    try {
      const answer = await one.ask(question, ask)
      this.shown?.(shownHosts(question, ask, answer))
      return answer
    } catch (error) {
      throw silence(one.info) ?? error
    } finally {
      this.waiting--
    }
  }
}
