/** Asks a feed for what a state wants to show. */
import { ALL_INTERFACES, type Answer } from '../../lib/live.ts'
import type { TopFeed } from './feed.ts'
import { type Data, type Detail, type Open, openKey, type Rows, type Wanted } from './state.ts'

/** What has been learnt: to be put over the data there were before. */
export type Learnt = (before: Data) => Data

export async function inquire(feed: TopFeed, { interfaceId, view, list, series, open }: Wanted): Promise<Learnt> {
  if (interfaceId === undefined) return (before) => ({ ...before, rows: {}, series: undefined, fault: undefined })
  try {
    const [listed, course, detail] = await Promise.all([
      list && feed.ask(interfaceId, 'list', list),
      feed.ask(interfaceId, 'series', series),
      open && detailOf(feed, interfaceId, open),
      interfaceId === ALL_INTERFACES && feed.lookAtAll(),
    ])
    const rows = listed && (listed as Rows)
    return (before) => ({
      ...before,
      rows: rows === undefined ? before.rows : { ...before.rows, [view]: rows },
      series: course,
      ...(interfaceId === ALL_INTERFACES && { interfaces: feed.interfaces() }),
      detail: detail === undefined ? before.detail : detail(before.detail, course.times.at(-1) ?? Date.now()),
      fault: undefined,
    })
  } catch (error) {
    const fault = error instanceof Error ? error.message : String(error)
    return (before) => ({ ...before, fault })
  }
}

type Next = (before: Detail | undefined, nowMs: number) => Detail | undefined

async function detailOf(feed: TopFeed, interfaceId: number, open: Open): Promise<Next | undefined> {
  if (open.kind === 'help') return undefined
  const key = openKey(open)
  const value: Answer<'flow' | 'host'> =
    open.kind === 'flow'
      ? await feed.ask(interfaceId, 'flow', { id: open.id })
      : await feed.ask(interfaceId, 'host', { address: open.address, vlan: open.vlan })
  if (value !== null) return (_, nowMs) => ({ key, value, nowMs, isGone: false })
  return (before) => (before?.key === key ? { ...before, isGone: true } : { key, value: undefined, nowMs: 0, isGone: true })
}
