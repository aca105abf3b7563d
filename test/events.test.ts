/** Other programs tell a running wiretop what they see. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { NetworkEvent } from '../src/lib/events.ts'
import type { FlowItem } from '../src/lib/fields.ts'
import { type Product, startProduct, until } from './product.ts'

let product: Product
let port: number
beforeAll(async () => {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  port = socket.address().port
  socket.close()
  product = await startProduct(['-s', '-i', `syslog://127.0.0.1:${port}`, '-i', `events+tcp://127.0.0.1:${port}`])
  await until('both listen', async () => {
    const { interfaces } = await product.get<{ interfaces: { state: string }[] }>('/api/v1/interfaces')
    return (interfaces.length === 2 && interfaces.every(({ state }) => state === 'running')) || undefined
  })
})
afterAll(() => product.stop())

const ENDS = { src_ip: '10.0.0.5', src_port: 40_000, dest_ip: '198.51.100.9', dest_port: 4711, proto: 'TCP' }
const FLOW = {
  event_type: 'flow',
  ...ENDS,
  app_proto: 'tls',
  flow: { pkts_toserver: 3, pkts_toclient: 4, bytes_toserver: 300, bytes_toclient: 4000 },
}
const ALERT = { event_type: 'alert', ...ENDS, alert: { signature: 'Something <b>bad</b>', severity: 1, action: 'allowed' } }

async function seen(of: number): Promise<{ flow: FlowItem; events: readonly NetworkEvent[] }> {
  return until('the flow and its alert', async () => {
    const { items } = await product.get<{ items: FlowItem[] }>(`/api/v1/flows?interface=${of}`)
    const [flow] = items
    if (flow === undefined) return undefined
    const { events } = await product.get<{ events: NetworkEvent[] }>(`/api/v1/events?interface=${of}&flow=${flow.id}`)
    return events.some(({ kind }) => kind === 'alert') ? { flow, events } : undefined
  })
}
const CHECK = async (of: number) => {
  const { flow, events } = await seen(of)
  expect(flow).toMatchObject({
    client: '10.0.0.5',
    server: '198.51.100.9',
    serverPort: 4711,
    app: 'TLS',
    bytesC2s: 300,
    bytesS2c: 4000,
    confidence: 'exporter',
  })
  expect(events[0]).toMatchObject({ kind: 'alert', title: 'Something <b>bad</b>', severity: 9, sender: '127.0.0.1' })
  const { events: ofHost } = await product.get<{ events: NetworkEvent[] }>(`/api/v1/events?interface=${of}&host=10.0.0.5`)
  expect(ofHost.map(({ kind }) => kind)).toEqual(['alert', 'flow'])
  const { items } = await product.get<{ items: { protocol: string; records: number; faults: number }[] }>(
    `/api/v1/exporters?interface=${of}`,
  )
  expect(items).toMatchObject([{ protocol: 'events', records: 2, faults: 1 }])
}

test('by syslog over UDP', async () => {
  const socket = createSocket('udp4')
  for (const line of [`<13>1 - - suricata - - - ${JSON.stringify(FLOW)}`, `<13>suricata: ${JSON.stringify(ALERT)}`, '{"no": '])
    await new Promise((resolve) => socket.send(line, port, '127.0.0.1', resolve))
  socket.close()
  await CHECK(1)
})

test('as JSON lines over TCP', async () => {
  const socket = connect(port, '127.0.0.1')
  socket.end(`${JSON.stringify(FLOW)}\n${JSON.stringify(ALERT)}\n{"no": \n`)
  await once(socket, 'close')
  await CHECK(2)
})
