import { QueryClient, QueryObserver } from '@tanstack/react-query'
import { expect, it, vi } from 'vitest'
import type { InterfaceState } from '../../src/lib/live.ts'
import type { InterfaceEntry } from './api.ts'
import { refetchWhenHealed } from './current.ts'
import { onInterfaces } from './live-store.ts'

const entry = (state: InterfaceState): InterfaceEntry => ({
  id: 2,
  name: 'a.pcap',
  kind: 'capture-file',
  state,
  progress: { packets: 0, bytesRead: 0, cutShort: false, faults: [], faultCount: 0 },
})

it('asks again when an interface ends, also while the very first answer is on its way', async () => {
  const client = new QueryClient()
  const stop = refetchWhenHealed(client)
  onInterfaces([entry('running')])
  const answers: ((text: string) => void)[] = []
  const observer = new QueryObserver(client, {
    queryKey: ['top', 2],
    queryFn: () => new Promise<string>((resolve) => answers.push(resolve)),
    staleTime: Number.POSITIVE_INFINITY,
  })
  const unsubscribe = observer.subscribe(() => {})
  await vi.waitUntil(() => answers.length === 1)
  onInterfaces([entry('ended')])
  await vi.waitUntil(() => answers.length === 2)
  answers[0]!('before')
  answers[1]!('after')
  await vi.waitUntil(() => observer.getCurrentResult().data !== undefined)
  expect(observer.getCurrentResult().data).toBe('after')
  unsubscribe()
  stop()
  client.clear()
})
