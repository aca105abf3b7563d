import { expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import mining from './mining.ts'
import { fromClient, latin1, show } from './testing.ts'

test.each([
  ['{"id":1,"method":"mining.subscribe","params":["cpuminer/2.5.1"]}\n', { agent: 'cpuminer/2.5.1', login: false }],
  ['{"id": 2, "method": "mining.authorize", "params": ["ann.rig1", "x"]}\n', { worker: 'ann.rig1', login: false }],
  ['{"id":1,"jsonrpc":"2.0","method":"eth_submitLogin","params":["0xabc"]}\n', { worker: '0xabc', login: false }],
  [
    '{"method":"login","params":{"login":"4abc","pass":"secret","agent":"xmrig/6"},"id":1}\n',
    { worker: '4abc', agent: 'xmrig/6', login: true },
  ],
])('%s', (text, fields) => {
  const report = show(mining, [fromClient(latin1(text))])
  expect(report.verdict).toBe(Match)
  expect(report.fields).toEqual(fields)
  expect(JSON.stringify(report)).not.toContain('secret')
})
test.each([
  ['another call', '{"id":1,"method":"getBalance","params":[]}\n', Exclude],
  ['a login without a miner', '{"method":"login","params":{"user":"x","pass":"y"}}\n', Exclude],
  ['cut', '{"id":1,"method":"mi', NeedMore],
  ['no method', '{"mining.notify":"here","id":"x"}\n', Exclude],
  ['no end', `{"${'x'.repeat(1100)}`, Exclude],
])('%s', (_case, text, verdict) => expect(show(mining, [fromClient(latin1(text))]).verdict).toBe(verdict))
