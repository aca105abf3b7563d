import { describe, expect, test } from 'vitest'
import { Packet } from '../wire/packet.ts'
import {
  type Dissector,
  Done,
  dissector,
  Exclude,
  MAX_TCP_TRIALS,
  MAX_UDP_TRIALS,
  Match,
  More,
  NeedMore,
  text,
  Within,
} from './dissector.ts'
import { type Effects, FLOW_DECIDED, FLOW_MID_STREAM, FLOW_MORE, type RecognisedFlow } from './recognised-flow.ts'
import { Recogniser } from './recogniser.ts'
import { latin1 } from './testing.ts'

const allFlows: Flow[] = []
class Flow implements RecognisedFlow {
  readonly row = allFlows.push(this) - 1
  flags = 0
  dissector = 0
  recognition = -1
  private readonly shown = [0, 0]
  trials = (direction: number) => this.shown[direction]!
  setTrials = (direction: number, n: number) => void (this.shown[direction] = n)
}

/** Notes all that happens to the one flow of a test. */
function listener() {
  const log: string[] = []
  const effects: Effects = {
    matched: (d, outer) => log.push(outer < 0 ? `matched ${d}` : `matched ${d} within ${outer}`),
    gaveUp: () => log.push('gave up'),
    raise: (risk, evidence) => log.push(`risk ${risk}: ${evidence}`),
    becomes: (name) => log.push(`becomes ${name}`),
    inside: (app) => log.push(`inside ${app}`),
    category: (name) => log.push(`category ${name}`),
    serverName: (name) => log.push(`server ${name}`),
    info: (info) => log.push(`info ${info}`),
    fields: (_d, out) => log.push(...Object.entries(out).map(([name, value]) => `${name}=${value}`)),
    tally: (_d, counter, n) => log.push(`tally ${counter} ${n}`),
    nameAddress: () => undefined,
    nameHost: () => undefined,
    announced: () => '',
    expect: () => undefined,
    expectAt: () => undefined,
    elsewhere: (row, act) => act(allFlows[row]!),
  }
  return { log, effects }
}

function bench(...dissectors: Dissector[]) {
  const { log, effects } = listener()
  const recogniser = new Recogniser(dissectors, effects)
  const flow = new Flow()
  const next = [1000, 5000]
  const packet = (proto: number, payload: string, direction: 0 | 1, seq: number, expected: number, port: number) => {
    const p = new Packet()
    p.proto = proto
    p.buf = latin1(payload)
    p.payloadEnd = payload.length
    p.payloadWireLen = payload.length
    p.tcpSeq = seq
    p.srcPort = direction === 0 ? 40_000 : port
    p.dstPort = direction === 0 ? port : 40_000
    if ((flow.flags & (FLOW_DECIDED | FLOW_MORE)) !== FLOW_DECIDED) recogniser.payload(flow, p, direction, direction === 0, expected)
  }
  return {
    log,
    flow,
    recogniser,
    /** A segment in order. */
    tcp(payload: string, direction: 0 | 1 = 0, port = 7777) {
      packet(6, payload, direction, next[direction]!, next[direction]!, port)
      next[direction]! += payload.length
    },
    /** A segment at `ahead` bytes beyond what has come. */
    tcpAt(ahead: number, payload: string, direction: 0 | 1 = 0) {
      packet(6, payload, direction, next[direction]! + ahead, next[direction]!, 7777)
    },
    skip(n: number, direction: 0 | 1 = 0) {
      next[direction]! += n
    },
    udp: (payload: string, direction: 0 | 1 = 0, port = 7777) => packet(17, payload, direction, 0, 0, port),
  }
}

/** Lines of text that begin with a greeting of its own. */
const greeting = (name: string, word: string, more: Partial<Dissector> = {}): Dissector =>
  ({
    ...dissector({
      name,
      category: 'Test',
      about: 'a greeting',
      over: ['tcp', 'udp'],
      fields: { line: text('Line') },
      signature(c) {
        if (c.startsWith(word)) return Match
        return c.left < word.length && word.startsWith(Buffer.from(c.bytes.subarray(c.offset, c.endOffset)).toString('latin1'))
          ? NeedMore
          : Exclude
      },
    }),
    ...more,
  }) as Dissector

const reader = (name: string, word: string, more: Partial<Dissector> = {}): Dissector =>
  greeting(name, word, {
    extract(c, out) {
      const n = c.lineLength()
      if (n < 0) return More
      ;(out as Record<string, unknown>)['line'] = c.text(n)
      c.skipLine()
      return More
    },
    ...more,
  })

describe('recognition', () => {
  test('a match decides the flow and is not looked at again', () => {
    const b = bench(greeting('A', 'HELLO'))
    b.tcp('HELLO\n')
    b.tcp('HELLO\n')
    expect(b.log).toEqual(['matched 0'])
    expect(b.flow.flags & FLOW_DECIDED).toBeTruthy()
    expect(b.flow.recognition).toBe(-1)
  })

  test('a greeting cut into segments is put together', () => {
    const b = bench(greeting('A', 'HELLO'))
    for (const c of 'HELLO') b.tcp(c)
    expect(b.log).toEqual(['matched 0'])
  })

  test('segments that come in the wrong order are put in order', () => {
    const b = bench(reader('A', 'HELLO'))
    b.tcpAt(3, 'LO\n')
    expect(b.log).toEqual([])
    b.tcp('HEL')
    expect(b.log).toEqual(['matched 0', 'line=HELLO'])
  })

  test('after its match a dissector reads what follows, as far as lines are whole', () => {
    const b = bench(reader('A', 'HELLO'))
    b.tcp('HELLO\nfir')
    b.tcp('st\nsec')
    b.tcp('ond\n')
    expect(b.log).toEqual(['matched 0', 'line=HELLO', 'line=first', 'line=second'])
  })

  test('what the other side had said before the match is read too', () => {
    const b = bench(reader('A', 'HELLO', { signature: (c, ctx) => (ctx.fromClient ? NeedMore : c.startsWith('HELLO') ? Match : Exclude) }))
    b.tcp('client\n', 0)
    b.tcp('HELLO\n', 1)
    expect(b.log).toEqual(['matched 0', 'line=HELLO', 'line=client'])
  })

  test('the port orders the trial', () => {
    const strict = greeting('A', 'HEL')
    const wide = greeting('B', 'HELLO', { ports: [99] })
    const onPort = bench(strict, wide)
    onPort.tcp('HELLO', 0, 99)
    const elsewhere = bench(strict, wide)
    elsewhere.tcp('HELLO', 0, 98)
    expect([onPort.log, elsewhere.log]).toEqual([['matched 1'], ['matched 0']])
  })

  test('nobody is asked twice about one payload, whatever ports it has', () => {
    let asked = 0
    const b = bench(
      greeting('A', 'HELLO', {
        ports: [99, 40_000],
        signature: () => {
          asked++
          return Exclude
        },
      }),
    )
    b.udp('HELLO', 0, 99)
    expect(asked).toBe(1)
  })

  test('who cannot begin with the first byte is not asked', () => {
    let asked = 0
    const b = bench(
      greeting('A', 'HELLO', {
        firstBytes: [0x48],
        signature: () => {
          asked++
          return Exclude
        },
      }),
    )
    b.udp('X')
    b.udp('H')
    expect(asked).toBe(1)
  })

  test('both directions that nobody claims end the search', () => {
    const b = bench(greeting('A', 'HELLO'))
    b.tcp('what?\n', 0)
    expect(b.log).toEqual([])
    b.tcp('that!\n', 1)
    expect(b.log).toEqual(['gave up'])
  })

  test('a stream that was joined midway is looked at packet by packet', () => {
    const b = bench(greeting('A', 'HELLO'))
    b.flow.flags = FLOW_MID_STREAM
    b.tcp('rest of something\n')
    b.tcp('HELLO\n')
    expect(b.log).toEqual(['matched 0'])
  })

  test('UDP is given up after its trials, TCP after its own', () => {
    const never = greeting('A', '', { signature: () => NeedMore })
    const udp = bench(never)
    for (let i = 0; i < MAX_UDP_TRIALS; i++) {
      expect(udp.log).toEqual([])
      udp.udp('x')
    }
    expect(udp.log).toEqual(['gave up'])
    const tcp = bench(never)
    for (let i = 0; i < MAX_TCP_TRIALS; i++) {
      expect(tcp.log).toEqual([])
      tcp.tcp('x')
    }
    expect(tcp.log).toEqual(['gave up'])
    expect(tcp.flow.recognition).toBe(-1)
  })

  test('a memo outlives the packet, and belongs to its dissector', () => {
    const counts = (name: string, at: number) => greeting(name, '', { signature: (_c, ctx) => (++ctx.memo >= at ? Match : NeedMore) })
    const b = bench(counts('A', 5), counts('B', 3))
    for (let i = 0; i < 3; i++) b.udp('x')
    expect(b.log).toEqual(['matched 1'])
  })

  test('what is within another protocol is recognised afresh, from where the outer one stopped', () => {
    const outer = greeting('A', 'START', {
      extract(c) {
        c.skipLine()
        return Within
      },
    })
    const b = bench(outer, reader('B', 'HELLO'))
    b.tcp('START\nHEL')
    b.tcp('LO\n')
    expect(b.log).toEqual(['matched 0', 'matched 1 within 0', 'line=HELLO'])
  })

  test('a dissector that wants every packet gets them all, and one that wants more gets its bound', () => {
    const seen = (every: boolean) => {
      let n = 0
      const b = bench(
        greeting('A', 'H', {
          every,
          maxMore: 3,
          follow: 'segments',
          extract() {
            n++
            return every ? Done : More
          },
        }),
      )
      for (let i = 0; i < 50; i++) b.udp('H')
      return n
    }
    expect([seen(true), seen(false)]).toEqual([50, 1 + 3])
  })

  test('who is done is not kept', () => {
    const b = bench(
      reader('A', 'HELLO', {
        extract(c) {
          if (c.lineLength() < 0) return More
          c.skipLine()
          return ++lines === 3 ? Done : More
        },
      }),
    )
    let lines = 0
    b.tcp('HELLO\nsec')
    expect(b.flow.recognition).not.toBe(-1)
    b.tcp('ond\nthird\n')
    b.tcp('fourth\n')
    b.tcp('fifth\n')
    expect(b.flow.flags & FLOW_MORE).toBe(0)
    expect(b.flow.recognition).toBe(-1)
  })

  describe('the streams of all flows together are bounded', () => {
    const SIZE = 512
    const crowd = (n: number, maxBytes: number) => {
      const { log, effects } = listener()
      const recogniser = new Recogniser([greeting('A', 'HELLO')], effects, maxBytes)
      const flows = Array.from({ length: n }, () => new Flow())
      const show = (flow: Flow, text: string, seq = 0) => {
        const p = Object.assign(new Packet(), { proto: 6, buf: latin1(text), payloadEnd: text.length, tcpSeq: seq })
        recogniser.payload(flow, p, 0, true, seq)
      }
      const givenUp = () => flows.map((flow) => ((flow.flags & FLOW_DECIDED) !== 0 ? 'x' : '.')).join('')
      return { log, recogniser, flows, show, givenUp }
    }

    test('the oldest is given up first, and counted', () => {
      const { log, recogniser, flows, show, givenUp } = crowd(5, 3 * SIZE)
      for (const flow of flows) show(flow, 'HEL')
      expect(givenUp()).toBe('xx...')
      expect([recogniser.flowsGivenUp, log]).toEqual([2, ['gave up', 'gave up']])
      expect(flows[0]!.recognition).toBe(-1)
      show(flows[3]!, 'LO', 3)
      expect(log).toContain('matched 0')
    })

    test('who has left does not count, wherever it stood', () => {
      const { recogniser, flows, show, givenUp } = crowd(6, 3 * SIZE)
      for (const flow of flows.slice(0, 3)) show(flow, 'HEL')
      recogniser.end(flows[1]!)
      show(flows[3]!, 'HEL')
      expect(recogniser.flowsGivenUp).toBe(0)
      show(flows[4]!, 'HEL')
      expect(givenUp()).toBe('xx....')
      recogniser.end(flows[4]!)
      recogniser.end(flows[2]!)
      show(flows[5]!, 'HEL')
      expect([recogniser.flowsGivenUp, givenUp()]).toEqual([1, 'xxx.x.'])
    })

    test('a flow is not given up for its own sake', () => {
      const { recogniser, flows, show, givenUp } = crowd(2, SIZE - 1)
      show(flows[0]!, 'HEL')
      expect(recogniser.flowsGivenUp).toBe(0)
      show(flows[1]!, 'HEL')
      expect(givenUp()).toBe('x.')
    })

    test('one that grows pushes out others too', () => {
      const { recogniser, flows, show, givenUp } = crowd(3, 4 * SIZE)
      for (const flow of flows) show(flow, 'HEL')
      expect(recogniser.flowsGivenUp).toBe(0)
      show(flows[2]!, `${'x'.repeat(2 * SIZE)}`, 500)
      expect(givenUp()).toBe('xx.')
    })
  })

  test('the end of a connection ends the search and frees what was kept', () => {
    const b = bench(greeting('A', 'HELLO'))
    b.tcp('HEL')
    expect(b.flow.recognition).not.toBe(-1)
    b.recogniser.end(b.flow)
    expect(b.log).toEqual(['gave up'])
    expect(b.flow.recognition).toBe(-1)
  })
})
