import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { type Entity, entities } from '../../lib/fields.ts'
import { PcapFile } from '../../sources/pcap-file.ts'
import { symmetric } from '../../sources/shard.ts'
import { isKnownLinkType } from '../../wire/link-types.ts'
import { type Asked, one, readShared, readWhole, several } from './testing.ts'

const sample = (name: string) => () =>
  new PcapFile(fileURLToPath(new URL(`../../../samples/${name}`, import.meta.url)), { knowsLinkType: isKnownLinkType })

const ENTITIES = Object.keys(entities) as Entity[]
type Item = Record<string, unknown>

/** Ids say on which worker a flow lies. */
const withoutId = ({ id: _, ...item }: Item): Item => item
/** In an order of their own: where rows are equal by what they are sorted by, several workers put them in another order than one. */
const sorted = (items: readonly Item[]) => items.map((item) => JSON.stringify(item, Object.keys(item).sort())).sort()

async function all(asked: Asked, entity: Entity, filter?: string): Promise<Item[]> {
  const { items } = await asked.ask('list', { entity, limit: 1000, ...(filter === undefined ? {} : { filter }) })
  return (items as unknown as Item[]).map(withoutId)
}

describe.each(['office.pcap', 'ftp.pcap', 'sip-rtp.pcap', 'vxlan.pcap', 'ipv6.pcap', 'tcp-loss.pcap', 'fragments.pcap', 'vlan.pcap'])(
  '%s',
  (name) => {
    describe.each([2, 3])('by %i workers', (count) => {
      test('lists are those of one', async () => {
        const single = one(await readWhole(sample(name)()))
        const merged = several(await readShared(sample(name), count, symmetric))
        expect(await merged.ask('totals', {})).toEqual({ ...(await single.ask('totals', {})), flowsLimit: 16_384 })
        for (const entity of ENTITIES) expect(sorted(await all(merged, entity)), entity).toEqual(sorted(await all(single, entity)))
      })
    })
  },
)
