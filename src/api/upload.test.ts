import { readFile, stat } from 'node:fs/promises'
import { connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { InterfaceInfo } from '../lib/live.ts'
import { sample, type TestInterface } from './testing-live.ts'
import { type ErrorAnswer, getJson, MAX_UPLOAD_BYTES, sendRaw, startTesting, type Testing, until } from './testing-server.ts'
import { uploadName } from './upload.ts'

/** The head of a pcap file, and bytes behind it. */
const MAGIC = Buffer.from('d4c3b2a1', 'hex')
const padded = (bytes: number) => Buffer.concat([MAGIC, Buffer.alloc(bytes - MAGIC.length)])
const CAPTURE = padded(24)

let server: Testing
beforeEach(async () => {
  server = await startTesting()
})
afterEach(() => server.close())

const send = <T = InterfaceInfo>(
  body: RequestInit['body'],
  name = 'x.pcap',
  headers: Record<string, string> = { 'content-type': 'application/octet-stream' },
) =>
  getJson<T>(server, `/api/v1/interfaces?name=${encodeURIComponent(name)}`, {
    method: 'POST',
    body,
    headers,
    duplex: 'half',
  } as RequestInit)
const uploaded = () => server.live.every.at(-1) as TestInterface

describe('a capture that is sent', () => {
  it('becomes an interface, byte for byte, in a file that is its owner’s alone', async () => {
    const capture = await readFile(sample('http1.pcap'))
    const { status, body } = await send(capture, 'http1.pcap')
    expect([status, body.name, body.kind]).toEqual([201, 'http1.pcap', 'upload'])
    expect(await readFile(uploaded().path!)).toEqual(capture)
    expect((await stat(uploaded().path!)).mode & 0o777).toBe(0o600)
  })

  it.each(['http1.pcap', 'two-interfaces.pcapng', 'telnet.pcap.gz', 'kerberos.pcap.zst', 'stun-nanosecond.pcap'])(
    'of any kind: %s',
    async (name) => {
      expect((await send(await readFile(sample(name)), name)).status).toBe(201)
    },
  )

  it.each(['application/x-www-form-urlencoded', 'application/json', 'text/plain', 'application/vnd.tcpdump.pcap'])(
    'whatever its type is said to be: %s',
    async (type) => {
      expect((await send(CAPTURE, 'x', { 'content-type': type })).status).toBe(201)
      expect(await readFile(uploaded().path!)).toEqual(CAPTURE)
    },
  )

  it('without a type, and without a length', async () => {
    const raw = `POST /api/v1/interfaces HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n4\r\n\n\r\r\n\r\n2\r\n\u001c\u0000\r\n0\r\n\r\n`
    expect(await sendRaw(server.port, raw)).toMatch(/^HTTP\/1\.1 201 /)
    expect(await readFile(uploaded().path!, 'utf8')).toBe('\n\r\r\n\u001c\u0000')
    expect(uploaded().info.name).toBe('capture')
  })

  it('can be removed again; what was given at the start cannot', async () => {
    const given = await server.live.open('arp.pcap')
    const { body } = await send(CAPTURE)
    const remove = (id: number) => fetch(`${server.url}/api/v1/interfaces/${id}`, { method: 'DELETE' })
    expect((await remove(body.id)).status).toBe(204)
    expect(await server.uploads()).toEqual([])
    const refused = await remove(given.info.id)
    expect(refused.status).toBe(409)
    expect(await refused.json()).toMatchObject({ error: { code: 'not-removable' } })
    expect((await remove(99)).status).toBe(404)
  })
})

describe('what is refused leaves no file', () => {
  const chunked = (bytes: number) =>
    new ReadableStream({
      pull(controller) {
        controller.enqueue(padded(10_000))
        if ((bytes -= 10_000) <= 0) controller.close()
      },
    })

  it('too large by its own word: nothing is written', async () => {
    const { status, body } = await send<ErrorAnswer>(padded(MAX_UPLOAD_BYTES + 1))
    expect([status, body.error.code]).toEqual([413, 'too-large'])
    expect(body.error.message).toContain(`${MAX_UPLOAD_BYTES} bytes`)
    expect(await server.uploads()).toEqual([])
  })

  it('too large without a word', async () => {
    const { status, body } = await send<ErrorAnswer>(chunked(3 * MAX_UPLOAD_BYTES))
    expect([status, body.error.code]).toEqual([413, 'too-large'])
    expect(await server.uploads()).toEqual([])
    expect((await send(padded(MAX_UPLOAD_BYTES))).status).toBe(201)
  })

  it('empty', async () => {
    expect(await send<ErrorAnswer>('')).toMatchObject({
      status: 400,
      body: { error: { code: 'bad-request', message: expect.stringContaining('empty') } },
    })
    expect(await server.uploads()).toEqual([])
  })

  it.each([
    ['text', 'hello'],
    ['a list of captures: it would name files of this machine', `${sample('http1.pcap')}\n`],
    ['such a list behind the four line ends that pcapng begins with', `\n\r\r\n${sample('http1.pcap')}\n`],
    ['a long one, refused before its end', `\n\r\r\n${`${sample('http1.pcap')}\n`.repeat(500)}`],
    ['a picture', Buffer.from('89504e470d0a1a0a0000000d', 'hex')],
    ['three bytes', Buffer.from('d4c3b2', 'hex')],
  ])('not a capture: %s', async (_what, bytes) => {
    const { status, body } = await send<ErrorAnswer>(bytes)
    expect([status, body.error.code]).toEqual([415, 'not-a-capture'])
    expect(await server.uploads()).toEqual([])
    expect(server.live.every).toEqual([])
  })

  it('cut off on its way', async () => {
    const socket = connect(server.port, '127.0.0.1')
    socket.write(`POST /api/v1/interfaces HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5000\r\n\r\n${'x'.repeat(1000)}`)
    await until(async () => (await server.uploads()).length === 1, 'the file is begun')
    socket.destroy()
    await until(async () => (await server.uploads()).length === 0, 'the file is gone')
    expect(server.live.every).toEqual([])
  })

  it('not taken by the probe', async () => {
    server.live.upload = () => {
      throw new Error('no more workers')
    }
    expect((await send(CAPTURE)).status).toBe(500)
    expect(await server.uploads()).toEqual([])
  })

  it('one more than are kept', async () => {
    for (let i = 0; i < 16; i++) expect((await send(CAPTURE)).status).toBe(201)
    expect(await send<ErrorAnswer>(CAPTURE)).toMatchObject({ status: 409, body: { error: { code: 'too-many' } } })
    expect(await server.uploads()).toHaveLength(16)
  })
})

describe('the name of a capture', () => {
  it.each([
    ['office.pcap', 'office.pcap'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\captures\\lan.pcapng', 'lan.pcapng'],
    ['a\u0000b\nc\u001b[31m', 'a␀b␊c␛[31m'],
    ['x\u202egnp.exe', 'x␡gnp.exe'],
    ['<script>alert(1)</script>', 'script>'],
    ['<img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)>'],
    ['', 'capture'],
    ['///', 'capture'],
    ['\ud800', '\ufffd'],
  ])('%j becomes %j', (given, name) => expect(uploadName(given)).toBe(name))

  it('is cut', () => expect(uploadName('ä'.repeat(1000))).toHaveLength(255))

  it('leaves as JSON text', async () => {
    const { body } = await send(CAPTURE, '<img src=x onerror=alert(1)>')
    expect(body.name).toBe('<img src=x onerror=alert(1)>')
    const metrics = await (await fetch(`${server.url}/metrics`)).text()
    expect(metrics).toContain('wiretop_interface_up{interface="1",name="<img src=x onerror=alert(1)>"} 1')
  })
})
