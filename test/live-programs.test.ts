/** Live flows that this machine takes part in carry the names of its programs. */
import { writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { FlowItem } from '../src/lib/fields.ts'
import { Namespaces, whyNoNamespaces } from './namespaces.ts'
import { childrenOf, isRunning } from './processes.ts'
import { scratchFolder, until } from './product.ts'
import { InsideProduct } from './product-inside.ts'

/** More than buffers take at once. */
const BIG = 64 * 1024 * 1024

describe.skipIf(whyNoNamespaces !== undefined)(`programs of live flows ${whyNoNamespaces ?? ''}`, () => {
  const net = new Namespaces()
  const { path, dispose } = scratchFolder()
  let sender: string
  let receiver: string

  beforeAll(async () => {
    sender = net.add('programs-s')
    receiver = net.add('programs-r')
    net.cable({ namespace: sender, name: 's0', address: '203.0.113.1/24' }, { namespace: receiver, name: 'r0', address: '203.0.113.2/24' })
    writeFileSync(path('big'), new Uint8Array(BIG))
    net.start(receiver, 'python3', '-m', 'http.server', '--directory', path(''), '8000')
    await until('the server listens', () => net.run(receiver, 'ss', '-Hltn', 'sport = :8000') !== '' || undefined)
  })
  afterAll(async () => {
    await net.close()
    dispose()
  })

  test('both ends on loopback, one end on a cable; who looks them up ends with the product', async () => {
    const product = await InsideProduct.start(net, receiver, ['-i', 'r0', '-i', 'lo', '-B', 'tcp port 8000'])
    const helpers = await until('it has its helper', () => childrenOf(product.pid))
    // Long enough to be seen while they last.
    const slowly = ['-s', '--limit-rate', '1M', '-o', '/dev/null']
    net.start(sender, 'curl', ...slowly, 'http://203.0.113.2:8000/big')
    net.start(receiver, 'curl', ...slowly, 'http://127.0.0.1:8000/big')
    const flowOf = async (id: number) => {
      const { items } = await product.get<{ items: FlowItem[] }>(`/api/v1/flows?interface=${id}`)
      return items.find(({ serverProgram }) => serverProgram !== undefined)
    }
    const cable = await until('the flow on the cable has its program', () => flowOf(1))
    const loopback = await until('the flow on loopback has its programs', async () => {
      const flow = await flowOf(2)
      return flow?.clientProgram === undefined ? undefined : flow
    })
    expect(cable.serverProgram).toMatch(/^python/)
    expect(cable.clientProgram).toBeUndefined()
    expect(loopback.serverProgram).toMatch(/^python/)
    expect(loopback.clientProgram).toBe('curl')
    // Two interfaces of one thread leave it together.
    expect(await product.end()).toMatchObject({ status: 0 })
    await until('its helper has ended', () => helpers.every((pid) => !isRunning(pid)) || undefined)
  })
})
