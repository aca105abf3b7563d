import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { HostActivity } from '../lib/activity.ts'
import type { AggregationDetail } from '../lib/aggregations.ts'
import type { Dump, FlowDetail, HostDetail, ListAnswer, SearchHit } from '../lib/live.ts'
import { ENTITIES } from './query-parameters.ts'
import { type ErrorAnswer, getJson, startTesting, type Testing, until } from './testing-server.ts'

let server: Testing
beforeAll(async () => {
  server = await startTesting()
  await server.live.open('http1.pcap')
  await server.live.open('vlan.pcap')
  await server.live.open('ipv6.pcap')
  server.live.add({ name: 'gone.pcap', state: 'failed', failure: 'its worker ended: out of memory' })
})
afterAll(() => server.close())

const get = <T>(path: string) => getJson<T>(server, `/api/v1/${path}`)
const items = async <T = Record<string, unknown>>(path: string) => (await get<{ items: T[] }>(path)).body.items

describe('lists', () => {
  it.each(ENTITIES)('%s are sorted, cut and counted', async (entity) => {
    const whole = await get<ListAnswer>(`${entity}?interface=2&limit=1000`)
    expect(whole.status).toBe(200)
    expect(whole.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(whole.headers.get('cache-control')).toBe('no-store')
    expect(whole.body.total).toBe(whole.body.items.length)
    const one = await get<ListAnswer>(`${entity}?interface=2&limit=1`)
    expect(one.body.items).toEqual(whole.body.items.slice(0, 1))
    expect(one.body.matching).toBe(whole.body.matching)
  })

  it('goes through all pages without a gap', async () => {
    const whole = (await items('flows?sort=bytes&order=asc')).map(({ id }) => id)
    const paged: unknown[] = []
    for (let cursor = ''; ; ) {
      const { body } = await get<ListAnswer<'flows'>>(`flows?sort=bytes&order=asc&limit=2${cursor}`)
      paged.push(...body.items.map(({ id }) => id))
      if (body.cursor === undefined) break
      cursor = `&cursor=${encodeURIComponent(body.cursor)}`
    }
    expect(whole.length).toBeGreaterThan(4)
    expect(paged).toEqual(whole)
  })

  it('filters in the filter language', async () => {
    const answer = await get<ListAnswer<'flows'>>('flows?interface=2&filter=vlan%20%3D%2010')
    expect(answer.body.items.map(({ vlan }) => vlan)).toEqual([10, 10, 10])
    expect(answer.body.total).toBeGreaterThan(answer.body.matching)
  })

  it('is of the first interface unless another is named', async () => {
    expect(await items('flows')).toEqual(await items('flows?interface=1'))
    expect(await items('flows')).not.toEqual(await items('flows?interface=2'))
  })
})

describe('activity', () => {
  it('of a local host, by the minute and by the second', async () => {
    const { body: host } = await get<ListAnswer<'hosts'>>('hosts?interface=1&filter=local&sort=firstSeen&order=asc&limit=1')
    const { address, firstSeen } = host.items[0]!
    const minutes = await get<HostActivity>(`hosts/${address}/activity?interface=1`)
    expect(minutes.status).toBe(200)
    expect([minutes.body.stepMs, minutes.body.active.length]).toEqual([60_000, 1440])
    expect(minutes.body.activeSeconds).toBeGreaterThan(0)
    const { body } = await get<HostActivity>(`hosts/${address}/activity?interface=1&step=second&from=${firstSeen}&to=${firstSeen + 60_000}`)
    expect(body.active[Math.floor((firstSeen - body.fromMs) / 1000)]).toBe(1)
  })
  it('of nobody', async () => {
    const { status, body } = await get<ErrorAnswer>('hosts/203.0.113.77/activity')
    expect([status, body.error.message]).toEqual([404, 'no local host 203.0.113.77 was seen in the last day'])
  })
})

describe('aggregation', () => {
  it('of a name that hosts asked for, with the hosts', async () => {
    const { body: names } = await get<ListAnswer<'aggregations'>>('aggregations?interface=1&limit=1')
    const { kind, protocol, name, queries } = names.items[0]!
    const { status, body } = await get<AggregationDetail>(`aggregation?interface=1&${new URLSearchParams({ kind, protocol, name })}`)
    expect(status).toBe(200)
    expect(body.topHosts.reduce((sum, host) => sum + host.queries, 0)).toBe(queries)
  })
  it('of a name that nobody asked for', async () => {
    const { status, body } = await get<ErrorAnswer>('aggregation?name=nowhere.example')
    expect([status, body.error.message]).toEqual([404, 'nobody has asked for "nowhere.example" in the last day'])
  })
})

describe('details', () => {
  it('of a flow', async () => {
    const [flow] = await items<{ id: string; client: string }>('flows?limit=1')
    const { status, body } = await get<FlowDetail>(`flows/${flow!.id}`)
    expect(status).toBe(200)
    expect(body).toMatchObject(flow!)
    expect(body.communityId).toMatch(/^1:/)
  })

  it('of a host, by address and VLAN in either way', async () => {
    const [host] = await items<{ address: string; vlan: number }>('hosts?interface=2&filter=vlan%20%3D%2010&limit=1')
    const aside = await get<HostDetail>(`hosts/${host!.address}?interface=2&vlan=10`)
    const within = await get<HostDetail>(`hosts/${host!.address}@10?interface=2`)
    expect(aside.body).toMatchObject(host!)
    expect(within.body).toEqual(aside.body)
    expect((await get(`hosts/${host!.address}@11?interface=2`)).status).toBe(404)
  })

  it('of an IPv6 host, in any spelling', async () => {
    const host = (await items<{ address: string }>('hosts?interface=3')).find(({ address }) => address.includes('::'))
    const { body } = await get<HostDetail>(`hosts/${encodeURIComponent(host!.address)}?interface=3`)
    expect(body.address).toBe(host!.address)
    expect((await get<HostDetail>(`hosts/${host!.address.toUpperCase()}?interface=3`)).body).toEqual(body)
  })

  it('of an interface: damage by name and packet sizes', async () => {
    const { body } = await get<{ name: string; totals: { packets: number }; sizes: { packets: number[] }; malformed: object }>(
      'interfaces/2',
    )
    expect(body.name).toBe('vlan.pcap')
    expect(body.sizes.packets.reduce((sum, n) => sum + n, 0)).toBe(body.totals.packets)
    expect(body.malformed).toEqual({})
  })

  it('of a failed interface: why', async () => {
    expect(await get('interfaces/4')).toMatchObject({ status: 200, body: { state: 'failed', failure: 'its worker ended: out of memory' } })
  })
})

describe('the rest', () => {
  it('interfaces with their figures', async () => {
    const { body } = await get<{ interfaces: { name: string; totals?: { packets: number } }[] }>('interfaces')
    expect(body.interfaces.map(({ name }) => name)).toEqual(['http1.pcap', 'vlan.pcap', 'ipv6.pcap', 'gone.pcap'])
    expect(body.interfaces[0]!.totals!.packets).toBe(101)
    expect(body.interfaces[3]!.totals).toBeUndefined()
  })

  it('totals', async () => expect((await get('totals?interface=1')).body).toMatchObject({ packets: 101, tcp: { lost: 0 } }))

  it('series in columns as long as the times', async () => {
    const { body } = await get<{ times: number[]; columns: { values: number[] }[] }>('series?of=traffic&seconds=60&points=10')
    // The capture is shorter than what was asked for.
    expect(body.times.length).toBeGreaterThan(0)
    expect(body.times.length).toBeLessThanOrEqual(10)
    expect(body.columns.map(({ values }) => values.length)).toEqual(new Array(4).fill(body.times.length))
  })

  it('search', async () => {
    const { body } = await get<{ hits: SearchHit[] }>('search?q=192.168.20')
    expect(body.hits.map(({ kind }) => kind)).toContain('host')
    expect((await get('search?q=%20')).body).toEqual({ hits: [] })
  })

  it('facets', async () => {
    const { body } = await get<{ facets: { field: string; values: object[] }[] }>('facets?entity=flows&fields=app,%20serverPort&limit=1')
    expect(body.facets).toMatchObject([
      { field: 'app', values: [{ value: 'HTTP', rows: 7 }] },
      { field: 'serverPort', values: [{ value: '80' }] },
    ])
  })

  it('completion with values of the traffic, quoted where the language wants it', async () => {
    type Completion = { from: number; to: number; options: { text: string; kind: string; detail: string }[] }
    const fields = await get<Completion>('complete?entity=flows&text=serverN')
    expect(fields.body).toMatchObject({ from: 0, to: 7, options: [{ text: 'serverName', kind: 'field' }] })
    const values = await get<Completion>(`complete?entity=flows&text=${encodeURIComponent('serverName = exam')}`)
    expect(values.body.options).toContainEqual(expect.objectContaining({ text: 'www.example.lan', kind: 'value' }))
    const middle = await get<Completion>(`complete?entity=flows&text=${encodeURIComponent('app = HT and port = 80')}&offset=8`)
    expect(middle.body).toMatchObject({ from: 6, to: 8, options: [{ text: 'HTTP', detail: '7 rows' }] })
    // Of an interface that has failed: what the grammar knows.
    expect((await get<Completion>('complete?interface=4&entity=flows&text=app%20')).body.options.length).toBeGreaterThan(1)
  })

  it('the glossary', async () => {
    const { body } = await get<Record<string, { defaultSort: string; fields: { name: string }[] }>>('fields')
    expect(Object.keys(body)).toEqual(ENTITIES)
    expect(body['flows']!.fields.map(({ name }) => name)).toEqual(expect.arrayContaining(['client', 'bytes', 'host']))
  })

  it('an export of all, and of one host with its flows alone', async () => {
    const { body, headers } = await get<Dump>('export?interface=2')
    expect(headers.get('content-disposition')).toMatch(/^attachment; filename="wiretop-vlan\.pcap-[\dT_-]+\.json"$/)
    expect(body.hosts).toHaveLength(body.totals.hosts)
    expect(body.flows).toHaveLength(body.totals.flows)
    const { address, vlan } = body.hosts[0]!
    const one = await get<Dump>(`export?interface=2&host=${address}&vlan=${vlan}`)
    expect(one.body.hosts).toEqual([expect.objectContaining({ address, vlan })])
    expect(one.body.flows.length).toBeLessThan(body.flows.length)
    for (const { client, server } of one.body.flows) expect([client, server]).toContain(address)
  })

  it('a few exports at once, however they end', async () => {
    const one = server.live.every[1]!
    const { ask } = one
    const waiting: (() => void)[] = []
    one.ask = (question, asked) => new Promise((resolve) => waiting.push(() => resolve(ask.call(one, question, asked) as never)))
    const path = '/api/v1/export?interface=2'
    const slow = [getJson(server, path), fetch(server.url + path, { method: 'HEAD' })]
    await until(() => waiting.length === 2, 'two exports are being made')
    expect(await get('export?interface=2')).toMatchObject({ status: 503, body: { error: { code: 'busy' } } })
    for (const go of waiting) go()
    for (const { status } of await Promise.all(slow)) expect(status).toBe(200)
    one.ask = ask
    for (let i = 0; i < 3; i++) {
      expect((await get('export?host=10.9.9.9')).status).toBe(404)
      const left = new AbortController()
      const response = await fetch(server.url + path, { signal: left.signal })
      left.abort()
      await response.text().catch(() => {})
    }
    await until(async () => (await get('export?interface=2')).status === 200, 'there is room for another export')
  })

  it('restarts an interface', async () => {
    const { status } = await getJson(server, '/api/v1/interfaces/4/restart', { method: 'POST' })
    expect(status).toBe(200)
    expect(server.live.restarted).toEqual([4])
  })

  it('life and readiness', async () => {
    expect(await getJson(server, '/healthz')).toMatchObject({ status: 200, body: { status: 'ok', version: '1.2.3' } })
    expect(await getJson(server, '/readyz')).toMatchObject({ status: 200, body: { status: 'ready', interfaces: 4, failed: 1 } })
    const starting = server.live.add({ state: 'starting' })
    expect(await getJson(server, '/readyz')).toMatchObject({ status: 503, body: { error: { code: 'not-ready' } } })
    server.live.every.splice(server.live.every.indexOf(starting), 1)
  })

  it('HEAD answers as GET does, without the body', async () => {
    const response = await fetch(`${server.url}/api/v1/totals`, { method: 'HEAD' })
    expect([response.status, await response.text()]).toEqual([200, ''])
  })
})

describe('names of hosts', () => {
  const name = (address: string, query: string) => fetch(`${server.url}/api/v1/hosts/${address}?${query}`, { method: 'PATCH' })

  it('are given to addresses in any spelling, and taken away', async () => {
    expect((await name('2001:DB8:0::1', 'name=%20The%20printer%20')).status).toBe(204)
    expect((await name('10.9.9.9@5', 'name=x')).status).toBe(204)
    expect((await name('10.9.9.9', 'name=')).status).toBe(204)
    expect(server.live.hostNames).toEqual({ '2001:db8::1': 'The printer', '10.9.9.9': '' })
  })

  it.each([
    ['nobody', 'name=x', 'address'],
    ['10.0.0.1', '', 'name'],
    ['10.0.0.1', `name=${'x'.repeat(65)}`, 'name'],
    ['10.0.0.1', 'name=a%07b', 'name'],
    ['10.0.0.1', 'name=a%E2%80%AEb', 'name'],
    ['10.0.0.1', 'name=x&label=y', 'label'],
  ])('%s?%s is refused', async (address, query, field) => {
    const reply = await name(address, query)
    const { error } = (await reply.json()) as ErrorAnswer
    expect([reply.status, error.code, error.field]).toEqual([400, 'bad-parameter', field])
  })

  it('are bounded', async () => {
    const { nameHost } = server.live
    server.live.nameHost = () => false
    const reply = await name('10.0.0.1', 'name=x')
    server.live.nameHost = nameHost
    expect([reply.status, ((await reply.json()) as ErrorAnswer).error.code]).toEqual([409, 'too-many'])
  })
})

describe('bad input', () => {
  it.each<[path: string, status: number, code: string, field: string | undefined, message?: string | RegExp]>([
    ['flows?limit=0', 400, 'bad-parameter', 'limit', 'limit must be a whole number from 1 to 1000'],
    ['flows?limit=1001', 400, 'bad-parameter', 'limit', /1 to 1000/],
    ['flows?limit=ten', 400, 'bad-parameter', 'limit', /1 to 1000/],
    ['flows?limit=1.5', 400, 'bad-parameter', 'limit', /1 to 1000/],
    ['flows?limit=', 400, 'bad-parameter', 'limit', /1 to 1000/],
    ['flows?limit=1&limit=2', 400, 'bad-parameter', 'limit', /1 to 1000/],
    ['flows?order=up', 400, 'bad-parameter', 'order', 'order must be one of asc, desc'],
    ['flows?sort=host', 400, 'bad-parameter', 'sort', /^sort must be one of id, proto/],
    ['flows?fitler=x', 400, 'bad-parameter', 'fitler', /"fitler".*interface, filter, sort, order, limit, cursor$/],
    ['flows?__proto__=1', 400, 'bad-parameter', '__proto__', /__proto__/],
    ['flows?interface=-1', 400, 'bad-parameter', 'interface', 'interface must be a whole number, 0 or more'],
    ['flows?interface=99', 404, 'not-found', 'interface', 'there is no interface 99; those are 1, 2, 3, 4'],
    ['flows?interface=all', 404, 'not-found', 'interface', 'there are no two interfaces that could be asked as one'],
    ['flows?interface=every', 400, 'bad-parameter', 'interface', /interface must be a whole number/],
    ['flows?interface=4', 503, 'interface-failed', undefined, 'interface gone.pcap has failed: its worker ended: out of memory'],
    ['flows?cursor=zzz', 400, 'bad-parameter', 'cursor', /cursor/],
    ['flows/zzz', 404, 'not-found', 'id', /"zzz"/],
    ['flows/%ff', 400, 'bad-request', undefined],
    ['hosts/10.0.0.300', 400, 'bad-parameter', 'address', /"10.0.0.300"/],
    ['hosts/10.0.0.1@5000', 400, 'bad-parameter', 'address', 'a VLAN id goes from 0 to 4095'],
    ['hosts/10.0.0.1@1?vlan=2', 400, 'bad-parameter', 'vlan', /VLAN 1.*vlan 2/],
    ['hosts/10.0.0.1@', 400, 'bad-parameter', 'address'],
    ['hosts/10.9.9.9', 404, 'not-found', 'address', 'there is no live host 10.9.9.9'],
    ['hosts/%3Cscript%3E', 400, 'bad-parameter', 'address'],
    ['series?of=zzz', 400, 'bad-parameter', 'of', 'of must be one of traffic, apps, hosts-and-flows, tcp, losses'],
    ['series?seconds=3601', 400, 'bad-parameter', 'seconds', /1 to 3600/],
    ['search', 400, 'bad-parameter', 'q', /^q is missing/],
    ['facets?entity=flows&fields=app,zzz', 400, 'bad-parameter', 'fields', 'flows have no field "zzz"'],
    ['facets?entity=flows&fields=toString', 400, 'bad-parameter', 'fields', 'flows have no field "toString"'],
    ['facets?entity=zzz&fields=app', 400, 'bad-parameter', 'entity', /one of flows, hosts/],
    ['facets?fields=app', 400, 'bad-parameter', 'entity', /is missing/],
    ['export?host=10.9.9.9', 404, 'not-found', 'host'],
    ['interfaces/99', 404, 'not-found', 'interface'],
    ['interfaces/x', 400, 'bad-parameter', 'id', 'id must be a whole number, 0 or more'],
    ['zzz', 404, 'not-found', undefined, 'nothing answers GET "/api/v1/zzz" here'],
    ['live', 426, 'upgrade-required', undefined],
  ])('%s: %i %s', async (path, status, code, field, message = /./) => {
    const answer = await get<ErrorAnswer>(path)
    expect(answer.status).toBe(status)
    expect(answer.body.error.code).toBe(code)
    expect(answer.body.error.field).toBe(field)
    expect(answer.body.error.message).toMatch(typeof message === 'string' ? new RegExp(`^${RegExp.escape(message)}$`) : message)
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
  })

  it.each([65, 200, 5000])('an id of %i characters', async (length) => {
    const { status, body } = await get<ErrorAnswer>(`flows/${'x'.repeat(length)}`)
    expect(status).toBe(400)
    expect(body.error.code).toMatch(/^bad-/)
    expect(JSON.stringify(body).length).toBeLessThan(300)
  })

  it.each([
    ['app = ', 6, /a value/],
    ['bites > 5', 0, /bytes/],
    ['app = TLS and (port = 443', 25, /./],
  ])('the filter %j: where it is wrong and what could stand there', async (filter, offset, expected) => {
    const { status, body } = await get<ErrorAnswer>(`flows?filter=${encodeURIComponent(filter)}`)
    expect([status, body.error.code, body.error.field]).toEqual([400, 'bad-filter', 'filter'])
    expect(Math.abs(body.error.offset! - offset)).toBeLessThanOrEqual(1)
    expect(`${body.error.expected} ${body.error.message}`).toMatch(expected)
  })

  it('a filter that is too long, and one that is as long as may be', async () => {
    expect(await get(`flows?filter=${encodeURIComponent('x'.repeat(8193))}`)).toMatchObject({
      status: 400,
      body: { error: { code: 'bad-filter' } },
    })
    const longest = `info = "${'☃'.repeat(255)}" or info = "${' '.repeat(7900)}"`
    expect((await get<ErrorAnswer>(`flows?filter=${encodeURIComponent(longest)}`)).body).toMatchObject({ matching: 0 })
  })

  it('what came from the wire leaves as JSON text', async () => {
    const name = '</script><script>alert(1)</script>\u0001\u2028'
    const one = server.live.add({ name })
    const hostile = { id: 'a-1', serverName: name }
    one.ask = async () => ({ nowMs: 0, items: [hostile], matching: 1, total: 1 }) as never
    const { body, headers } = await get<{ items: object[] }>(`flows?interface=${one.info.id}`)
    expect(body.items).toEqual([hostile])
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('content-security-policy')).toContain("default-src 'self'")
    server.live.every.splice(server.live.every.indexOf(one), 1)
  })

  it('an error that nobody foresaw keeps its text to itself', async () => {
    const one = server.live.add({ name: 'x' })
    one.ask = async () => {
      throw new Error('secret at /home/somebody')
    }
    const { status, body } = await get<ErrorAnswer>(`flows?interface=${one.info.id}`)
    expect([status, body.error.code]).toEqual([500, 'internal'])
    expect(JSON.stringify(body)).not.toMatch(/secret|stack|home/)
    server.live.every.splice(server.live.every.indexOf(one), 1)
  })

  it('too many questions at once are turned away, and the next is answered', async () => {
    const one = server.live.add({ name: 'slow' })
    const held: ((answer: never) => void)[] = []
    one.ask = () => new Promise((resolve) => held.push(resolve as never))
    const asked = Array.from({ length: 300 }, () => get<ErrorAnswer>(`totals?interface=${one.info.id}`))
    let refusals = 0
    for (const answer of asked) answer.then(({ status }) => status === 503 && refusals++, undefined)
    await until(() => held.length + refusals === asked.length, 'every question is held or refused')
    for (const release of held) release({} as never)
    const all = await Promise.all(asked)
    expect(all.filter(({ status }) => status === 200)).toHaveLength(256)
    const refused = all.find(({ status }) => status === 503)!
    expect(refused.body.error.code).toBe('busy')
    expect(refused.headers.get('retry-after')).toBe('1')
    expect((await get('totals')).status).toBe(200)
    server.live.every.splice(server.live.every.indexOf(one), 1)
  })
})

it('says so when there is no interface yet', async () => {
  const empty = await startTesting()
  expect(await getJson(empty, '/api/v1/flows')).toMatchObject({
    status: 404,
    body: { error: { code: 'not-found', message: /no interface yet/ } },
  })
  expect((await getJson(empty, '/api/v1/interfaces')).body).toEqual({ interfaces: [] })
  await empty.close()
})
