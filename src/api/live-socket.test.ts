import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import type { Totals } from '../lib/live.ts'
import { LiveSockets, MAX_BUFFERED_BYTES, MAX_LIVE_CLIENTS, MAX_MESSAGE_BYTES, type Socket } from './live-socket.ts'
import { TestingLive } from './testing-live.ts'
import { startTesting, type Testing, until } from './testing-server.ts'

interface Message {
  readonly type: string
  readonly interfaces?: readonly { id: number; name: string; totals?: Totals }[]
  readonly interface?: number
  readonly info?: object
  readonly totals?: Totals
}

describe('over the wire', () => {
  let server: Testing
  beforeEach(async () => {
    server = await startTesting()
  })
  afterEach(() => server.close())

  function open(headers: Record<string, string> = {}) {
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/api/v1/live`, { headers })
    const messages: Message[] = []
    socket.on('message', (data) => messages.push(JSON.parse(String(data)) as Message))
    const opened = new Promise<void>((resolve, reject) => {
      socket.on('open', resolve)
      socket.on('error', reject)
    })
    const closed = new Promise<number>((resolve) => socket.on('close', resolve))
    opened.catch(() => {})
    return { socket, messages, opened, closed }
  }

  it('sends the interfaces at once and when they change, and every tick', async () => {
    const one = await server.live.open('vlan.pcap')
    const { socket, messages } = open()
    await until(() => messages.length === 1, 'the interfaces')
    expect(messages[0]).toMatchObject({
      type: 'interfaces',
      interfaces: [{ id: 1, name: 'vlan.pcap', totals: { packets: one.latest()!.packets } }],
    })
    server.live.tick(one)
    await until(() => messages.length === 2, 'a tick')
    expect(messages[1]).toEqual({ type: 'tick', interface: 1, info: one.info, totals: one.latest() })
    server.live.add({ name: 'new.pcap' })
    server.live.change()
    await until(() => messages.length === 3, 'the change')
    expect(messages[2]!.interfaces!.map(({ name }) => name)).toEqual(['vlan.pcap', 'new.pcap'])
    socket.close()
  })

  it.each([
    ['a foreign page', { origin: 'http://evil.example.org' }, 403],
    ['no page but a sandbox', { origin: 'null' }, 403],
    ['another host name', { host: 'evil.example.org' }, 421],
    ['another host name that is its own origin', { host: 'evil.example.org', origin: 'http://evil.example.org' }, 421],
  ])('%s is turned away', async (_who, headers, status) => {
    const { opened } = open(headers)
    await expect(opened).rejects.toThrow(`${status}`)
    expect(server.live.every).toEqual([])
  })

  it('the console itself is let in', async () => {
    const { socket, opened } = open({ origin: server.url })
    await opened
    socket.close()
  })

  it('is nowhere else', async () => {
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/api/v1/flows`)
    const ended = new Promise((resolve) => {
      socket.on('close', resolve)
      socket.on('error', resolve)
    })
    await ended
    expect(socket.readyState).not.toBe(WebSocket.OPEN)
  })

  it('a long message ends the connection', async () => {
    const { socket, opened, closed } = open()
    await opened
    socket.send('x'.repeat(MAX_MESSAGE_BYTES + 1))
    expect(await closed).toBe(1009)
  })

  it('so does a flood of short ones', async () => {
    const { socket, opened, closed } = open()
    await opened
    for (let i = 0; i < 200; i++) socket.send('x')
    expect(await closed).toBe(1008)
  })

  it('one client too many is told so before the upgrade, and may come when one has left', async () => {
    const clients = Array.from({ length: MAX_LIVE_CLIENTS }, () => open())
    await Promise.all(clients.map(({ opened }) => opened))
    await expect(open().opened).rejects.toThrow('503')
    clients[0]!.socket.close()
    await clients[0]!.closed
    const again = open()
    await again.opened
    for (const { socket } of [...clients, again]) socket.terminate()
  })

  it('the end of the server ends the connections, also of those who do not answer', async () => {
    const polite = open()
    const deaf = open()
    await Promise.all([polite.opened, deaf.opened])
    ;(deaf.socket as unknown as { _socket: { pause(): void } })._socket.pause()
    const startMs = Date.now()
    const other = await startTesting()
    await server.close()
    expect(Date.now() - startMs).toBeLessThan(5000)
    expect(await polite.closed).toBe(1001)
    deaf.socket.terminate()
    server = other
  })
})

describe('slow and silent clients', () => {
  const BEAT_MS = 15_000
  let live: TestingLive
  let sockets: LiveSockets
  beforeEach(async () => {
    vi.useFakeTimers()
    live = new TestingLive()
    await live.open('arp.pcap')
    sockets = new LiveSockets(live)
  })
  afterEach(() => {
    sockets.close()
    vi.useRealTimers()
  })

  class FakeSocket implements Socket {
    bufferedAmount = 0
    readyState = 1
    readonly sent: Message[] = []
    pings = 0
    answersPings = true
    isGone = false
    private readonly listeners = new Map<string, () => void>()
    send(text: string) {
      this.sent.push(JSON.parse(text) as Message)
    }
    ping() {
      this.pings++
      if (this.answersPings) this.listeners.get('pong')!()
    }
    close() {
      this.readyState = 2
    }
    terminate() {
      this.isGone = true
      this.readyState = 3
      this.listeners.get('close')!()
    }
    on(event: string, listener: () => void) {
      this.listeners.set(event, listener)
    }
  }
  const join = () => {
    const socket = new FakeSocket()
    sockets.add(socket)
    return socket
  }
  const kinds = ({ sent }: FakeSocket) => sent.map(({ type }) => type)

  it('ticks are left out for one who is behind, not for the others', () => {
    const [slow, quick] = [join(), join()]
    slow.bufferedAmount = MAX_BUFFERED_BYTES + 1
    live.tick(live.every[0]!)
    expect([kinds(slow), kinds(quick)]).toEqual([['interfaces'], ['interfaces', 'tick']])
    slow.bufferedAmount = 0
    live.tick(live.every[0]!)
    expect(kinds(slow)).toEqual(['interfaces', 'tick'])
  })

  it('a change of the interfaces is made up for', () => {
    const slow = join()
    slow.bufferedAmount = MAX_BUFFERED_BYTES + 1
    live.add({ name: 'new' })
    live.change()
    expect(slow.sent).toHaveLength(1)
    slow.bufferedAmount = 0
    live.tick(live.every[0]!)
    expect(kinds(slow)).toEqual(['interfaces', 'interfaces', 'tick'])
    expect(slow.sent[1]!.interfaces).toHaveLength(2)
  })

  it('one who stays behind is given up', () => {
    const stuck = join()
    stuck.bufferedAmount = MAX_BUFFERED_BYTES + 1
    vi.advanceTimersByTime(2 * BEAT_MS)
    expect(stuck.isGone).toBe(false)
    vi.advanceTimersByTime(BEAT_MS)
    expect(stuck.isGone).toBe(true)
    expect(sockets.size).toBe(0)
  })

  it('one who gives no sign of life is given up, one who answers stays', () => {
    const [dead, alive] = [join(), join()]
    dead.answersPings = false
    vi.advanceTimersByTime(10 * BEAT_MS)
    expect([dead.isGone, alive.isGone]).toEqual([true, false])
    expect(dead.pings).toBe(2)
    expect(sockets.size).toBe(1)
  })

  it('nothing is made when nobody looks', () => {
    const stringify = vi.spyOn(JSON, 'stringify')
    live.tick(live.every[0]!)
    live.change()
    expect(stringify).not.toHaveBeenCalled()
    stringify.mockRestore()
  })
})
