import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { metricsText } from './prometheus.ts'
import { startTesting, type Testing } from './testing-server.ts'

describe('the text format', () => {
  it('escapes what a label may hold', () => {
    const samples = [{ labels: { name: 'a"b\\c\nd\re\ud800' }, value: 1 }]
    expect(metricsText([{ name: 'x', type: 'gauge', help: 'two\nlines \\', samples }])).toBe(
      '# HELP x two\\nlines \\\\\n# TYPE x gauge\nx{name="a\\"b\\\\c\\nd e\ufffd"} 1\n',
    )
  })
  it.each([
    [Number.POSITIVE_INFINITY, '+Inf'],
    [Number.NEGATIVE_INFINITY, '-Inf'],
    [Number.NaN, 'NaN'],
    [1e21, '1e+21'],
  ])('%d', (value, text) => {
    expect(metricsText([{ name: 'x', type: 'gauge', help: '', samples: [{ labels: {}, value }] }])).toContain(`\nx ${text}\n`)
  })
})

describe('/metrics', () => {
  let server: Testing
  let text: string
  beforeAll(async () => {
    server = await startTesting()
    await server.live.open('http1.pcap')
    server.live.add({ name: 'evil"} 1\nevil_metric 1', state: 'failed' })
    const broken = await server.live.open('arp.pcap')
    const { ask } = broken
    broken.ask = (question, asked) =>
      question === 'malformed' ? Promise.resolve({ 'bad "length"': 3 } as never) : ask.call(broken, question, asked)
    await fetch(`${server.url}/api/v1/nothing`)
    const response = await fetch(`${server.url}/metrics`)
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
    text = await response.text()
  })
  afterAll(() => server.close())

  it.each([
    'wiretop_build_info{version="1.2.3",node="',
    'wiretop_interface_packets_total{interface="1",name="http1.pcap"} 101\n',
    'wiretop_interface_flows{interface="1",name="http1.pcap"} 7\n',
    'wiretop_interface_dropped_packets_total{interface="1",name="http1.pcap"} 0\n',
    'wiretop_interface_hosts_refused_total{interface="1",name="http1.pcap"} 0\n',
    'wiretop_interface_malformed_packets_total{interface="3",name="arp.pcap",cause="bad \\"length\\""} 3\n',
    'wiretop_interface_up{interface="2",name="evil\\"} 1\\nevil_metric 1"} 0\n',
    'wiretop_http_answers_total{status="4xx"} 1\n',
    'process_resident_memory_bytes ',
  ])('has %j', (line) => expect(text).toContain(line))

  it('is well formed: every line a comment or a sample, every name described once', () => {
    const lines = text.trimEnd().split('\n')
    for (const line of lines) expect(line).toMatch(/^(?:# (?:HELP|TYPE) \w+ .+|\w+(?:\{(?:\w+="(?:[^"\\]|\\["\\n])*",?)+\})? \S+)$/)
    const types = lines.filter((line) => line.startsWith('# TYPE')).map((line) => line.split(' ')[2])
    expect(new Set(types).size).toBe(types.length)
    for (const line of lines.filter((l) => !l.startsWith('#'))) expect(types).toContain(/^\w+/.exec(line)![0])
  })
})
