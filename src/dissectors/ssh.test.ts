import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import ssh from './ssh.ts'
import { concat, fromClient, fromServer, latin1, show } from './testing.ts'

const u32 = (n: number) => Uint8Array.of(n >>> 24, n >>> 16, n >>> 8, n)
/** RFC 4253 §7.1. */
function kexInit(lists: readonly string[], lie = 0): Uint8Array {
  const body = concat(
    Uint8Array.of(4, 20),
    new Uint8Array(16).fill(7),
    ...lists.map((l) => concat(u32(l.length + lie), latin1(l))),
    Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0),
  )
  return concat(u32(body.length), body)
}
const lists = ['kex1,kex2', 'key', 'enc-up', 'enc-down', 'mac-up', 'mac-down', 'none', 'zip', '', '']
const md5 = (text: string) => createHash('md5').update(text).digest('hex')
const client = latin1('SSH-2.0-OpenSSH_9.7 Debian\r\n')
const server = latin1('SSH-2.0-dropbear_2022.83\r\n')
const wanted = {
  client: 'SSH-2.0-OpenSSH_9.7 Debian',
  server: 'SSH-2.0-dropbear_2022.83',
  hassh: md5('kex1,kex2;enc-up;mac-up;none'),
  hasshServer: md5('kex1,kex2;enc-down;mac-down;zip'),
  clientCiphers: ['enc-up'],
  serverCiphers: ['enc-down'],
}

describe('software and HASSH of both ends', () => {
  test('line and algorithms apart', () => {
    const report = show(ssh, [fromServer(server), fromClient(client), fromClient(kexInit(lists)), fromServer(kexInit(lists))])
    expect(report).toMatchObject({ verdict: Match, packets: 1, fields: wanted, wantsMore: false, bad: false, info: wanted.server })
  })
  test('all at once', () => {
    const report = show(ssh, [fromClient(concat(client, kexInit(lists))), fromServer(concat(server, kexInit(lists)))])
    expect(report.fields).toEqual({
      ...wanted,
      keyExchange: 'kex1',
      hostKey: 'key',
      cipherToServer: 'enc-up',
      cipherToClient: 'enc-down',
      macToServer: 'mac-up',
      macToClient: 'mac-down',
    })
  })
  test('in pieces', () => {
    const bytes = concat(client, kexInit(lists))
    const pieces = Array.from({ length: Math.ceil(bytes.length / 20) }, (_, i) => fromClient(bytes.subarray(20 * i, 20 * i + 20)))
    expect(show({ ...ssh, maxMore: 100 }, pieces).fields).toMatchObject({ client: wanted.client, hassh: wanted.hassh })
  })
  test('lists longer than a text are hashed whole', () => {
    const long = lists.map((l, i) => (i === 0 ? 'k'.repeat(900) : l))
    expect(show(ssh, [fromClient(concat(client, kexInit(long)))]).fields).toMatchObject({
      hassh: md5(`${'k'.repeat(900)};enc-up;mac-up;none`),
    })
  })
  test('lengths that lie give no hash', () => {
    const report = show(ssh, [fromClient(concat(client, kexInit(lists, 0x7fffffff)))])
    expect(report.fields).toEqual({ client: wanted.client })
  })
})

describe('what both agree on', () => {
  const ours = [
    'sntrup761,curve,kex-strict-c',
    'ed,rsa',
    'chacha20-poly1305@openssh.com,aes',
    'aes128-ctr',
    'm1,m2',
    'm1,m2',
    '',
    '',
    '',
    '',
  ]
  const theirs = ['kex-strict-s,curve,sntrup761', 'rsa', 'aes,chacha20-poly1305@openssh.com', 'aes128-ctr', 'm2', 'm2', '', '', '', '']
  const agreed = {
    keyExchange: 'sntrup761',
    hostKey: 'rsa',
    cipherToServer: 'chacha20-poly1305@openssh.com',
    cipherToClient: 'aes128-ctr',
    macToClient: 'm2',
  }
  const hello = (lists: readonly string[], line: Uint8Array) => concat(line, kexInit(lists))
  test('is the first of the client, whoever speaks first; a cipher that authenticates has no MAC', () => {
    const [a, b] = [fromClient(hello(ours, client)), fromServer(hello(theirs, server))]
    for (const packets of [
      [a, b],
      [b, a],
    ]) {
      const { fields } = show(ssh, packets)
      expect(fields).toMatchObject(agreed)
      expect(fields['macToServer']).toBeUndefined()
    }
  })
  test('is nothing where they have nothing in common', () => {
    const { fields } = show(ssh, [fromClient(hello(ours, client)), fromServer(hello(lists, server))])
    expect(fields['keyExchange']).toBeUndefined()
  })
  test('is found again and again, however many other offers there were', () => {
    for (let i = 0; i < 3000; i++) {
      const some = [`k${i}`, ...ours.slice(1)]
      expect(show(ssh, [fromClient(hello(some, client)), fromServer(hello(some, server))]).fields['keyExchange']).toBe(`k${i}`)
    }
  })
  test('of an offer that is too long is not told', () => {
    const long = ['k'.repeat(5000), ...ours.slice(1)]
    const { fields } = show(ssh, [fromClient(hello(long, client)), fromServer(hello(theirs, server))])
    expect(fields['hassh']).toBeDefined()
    expect(fields['hostKey']).toBeUndefined()
  })
})

test.each([
  ['SSH-1.5-old\n', Match],
  ['SSH-1.99-both\r\n', Match],
  ['SSH-2.0-', Match],
  ['SSH-2.', NeedMore],
  ['SS', NeedMore],
  ['SSH-3.0-x\r\n', Exclude],
  ['SSH-20-xx\r\n', Exclude],
  ['SSDP', Exclude],
])('%j', (text, verdict) => expect(show(ssh, [fromClient(latin1(text))]).verdict).toBe(verdict))

test('hostile software names are made visible', () => {
  expect(show(ssh, [fromServer(latin1('SSH-2.0-<script>\x1b\r\n'))]).fields).toEqual({ server: 'SSH-2.0-<script>␛' })
})
