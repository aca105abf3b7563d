/** What users call hosts is shown wherever a host is. */
import { describe, expect, it } from 'vitest'
import type { FlowItem, HostItem } from '../lib/fields.ts'
import type { ListAnswer } from '../lib/live.ts'
import { newSourceStats } from '../lib/source.ts'
import { GivenNames } from '../names/given-names.ts'
import { feed, testTables, udpFrame } from '../tables/testing.ts'
import { Answers } from './answers.ts'

const HOST = [0, 0, 0xffff, 0x0a000002] as const
function begin() {
  const givenNames = new GivenNames()
  const t = testTables({ givenNames })
  t.hostNames.set(...HOST, 'dhcp-7.example', 'dhcp')
  feed(t, [udpFrame({ to: '10.0.0.2' }), udpFrame({ to: '10.0.0.3' })])
  t.settle()
  const answers = new Answers(t, newSourceStats, 'test')
  return { givenNames, answers }
}
type Begun = ReturnType<typeof begin>
const hosts = ({ answers }: Begun, filter: string) =>
  (answers.answer('list', { entity: 'hosts', filter, limit: 10 }) as ListAnswer<'hosts'>).items as readonly HostItem[]
const flows = ({ answers }: Begun, filter: string) =>
  (answers.answer('list', { entity: 'flows', filter, limit: 10 }) as ListAnswer<'flows'>).items as readonly FlowItem[]

describe('a host that a user has given a name', () => {
  it('is found by it and shows it, with its address beside', () => {
    const begun = begin()
    begun.givenNames.set(...HOST, 'The printer')
    expect(hosts(begun, 'name = "The printer"')).toMatchObject([{ address: '10.0.0.2', name: 'The printer' }])
    expect(flows(begun, 'host = "The printer"')).toMatchObject([{ server: '10.0.0.2', serverLabel: 'The printer' }])
    expect(begun.answers.answer('search', { text: 'printer', limit: 5 })).toMatchObject([
      { kind: 'host', value: '10.0.0.2', label: 'The printer', detail: '10.0.0.2' },
    ])
    const detail = begun.answers.answer('host', { address: '10.0.0.2' })!
    expect(detail.names).toEqual([
      { name: 'The printer', from: 'given' },
      { name: 'dhcp-7.example', from: 'dhcp' },
    ])
    expect(begun.answers.answer('host', { address: '10.0.0.1' })!.topPeers).toContainEqual(
      expect.objectContaining({ address: '10.0.0.2', name: 'The printer' }),
    )
    expect(begun.answers.answer('dump', {}).hosts).toContainEqual(expect.objectContaining({ address: '10.0.0.2', name: 'The printer' }))
  })

  it('is called as before when it is taken away', () => {
    const begun = begin()
    begun.givenNames.set(...HOST, 'The printer')
    hosts(begun, 'name = "The printer"')
    begun.givenNames.set(...HOST, '')
    expect(hosts(begun, 'name = "The printer"')).toEqual([])
    expect(hosts(begun, 'name = "dhcp-7.example"')).toMatchObject([{ address: '10.0.0.2' }])
  })
})
