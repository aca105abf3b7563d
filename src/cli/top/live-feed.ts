import { type Entity, entities } from '../../lib/fields.ts'
import type { Answer, Ask, Live } from '../../lib/live.ts'
import { type Completion, type CompletionOption, completeFilter, quoteValue } from '../../query/filter.ts'
import type { FeedQuestion, TopFeed } from './feed.ts'
import type { InterfaceEntry } from './interface-rows.ts'

const MAX_VALUES = 20

/** Interfaces of this process. */
export class LiveFeed implements TopFeed {
  readonly origin: string
  private readonly live: Live
  private readonly end: () => Promise<void>

  constructor(live: Live, origin: string, end: () => Promise<void>) {
    this.live = live
    this.origin = origin
    this.end = end
  }

  interfaces(): readonly InterfaceEntry[] {
    const { all } = this.live
    return [...this.live.interfaces(), ...(all === undefined ? [] : [all])].map((one) => ({ info: one.info, totals: one.latest() }))
  }
  lostSinceMs(): undefined {
    return undefined
  }

  async ask<Q extends FeedQuestion>(interfaceId: number, question: Q, ask: Ask<Q>): Promise<Answer<Q>> {
    const one = this.live.get(interfaceId)
    if (one === undefined) throw new Error(`there is no interface ${interfaceId} any more`)
    return one.ask(question, ask)
  }

  async lookAtAll(): Promise<void> {
    await this.live.all?.ask('totals', {})
  }

  async complete(interfaceId: number, entity: Entity, text: string, offset: number): Promise<Completion> {
    const completion = completeFilter(text, offset, entities[entity])
    const { values } = completion
    const one = this.live.get(interfaceId)
    if (values === undefined || one === undefined) return completion
    const facets = await one.ask('facets', { entity, fields: [values.field], prefix: values.prefix, limit: MAX_VALUES })
    const options = facets.flatMap((facet) => facet.values.map(({ value, rows }) => optionOf(value, rows)))
    return { ...completion, options: [...options, ...completion.options] }
  }

  onChange(listener: () => void): () => void {
    const stops = [this.live.onTick(listener), this.live.onChange(listener)]
    return () => {
      for (const stop of stops) stop()
    }
  }
  close(): Promise<void> {
    return this.end()
  }
}

const optionOf = (value: string, rows: number): CompletionOption => ({
  text: quoteValue(value),
  label: value,
  detail: `${rows} ${rows === 1 ? 'row' : 'rows'}`,
  kind: 'value',
})
